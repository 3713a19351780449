"""Calendars, what they say at a moment, and the emergency switch."""
