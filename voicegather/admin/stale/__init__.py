"""Two people who edit the same never silently overwrite each other."""
