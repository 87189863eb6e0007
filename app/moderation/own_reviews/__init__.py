"""Own reviews."""
