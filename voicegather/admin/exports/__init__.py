"""Exports: asking for them, their files, profiles and schedules."""
