"""Calls: their pages, live control, and what was said and sent in them."""
