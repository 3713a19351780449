"""What callers entered."""
