"""What is looked for, by where it shows."""
