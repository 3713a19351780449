"""Versions: publishing one menu or many, later or by two, comparing, and going back."""
