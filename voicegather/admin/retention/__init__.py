"""How long data is kept, what must be, who was erased, and what is held of a caller."""
