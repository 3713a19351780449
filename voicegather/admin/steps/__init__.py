"""Steps and their choices, with the fields of each kind."""
