"""Menus: their list, their page with the diagram, and menus archived, cloned and loaded."""
