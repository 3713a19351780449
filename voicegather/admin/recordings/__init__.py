"""Recordings of callers: found, listened to, and fetched again."""
