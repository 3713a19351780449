"""Reading: what exports, lists and interfaces show, and to whom."""
