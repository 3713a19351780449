"""An app with a background job that does what a test tells it to."""
