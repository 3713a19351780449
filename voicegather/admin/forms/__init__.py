"""Fields, rows and references that the forms of several pages share."""
