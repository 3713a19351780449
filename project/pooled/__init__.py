"""A database backend: Django's PostgreSQL with a pool that gets over a restart of the server."""
