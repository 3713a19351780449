"""Past calls played again with another version."""
