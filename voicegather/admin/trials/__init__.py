"""Test calls in the browser, and those that are kept as tests."""
