"""The REST API. It is part of a site that has installed what it takes; see docs/api.md."""
