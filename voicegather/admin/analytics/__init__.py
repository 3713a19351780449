"""What callers did in menus, as numbers."""
