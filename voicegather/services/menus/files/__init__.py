"""The file form of a menu: text → tree → values, and back."""
