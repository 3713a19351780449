"""Prompts and their variants: words, voices, recordings, and phrases replaced everywhere."""
