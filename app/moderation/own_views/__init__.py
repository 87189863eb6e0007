"""Own views."""
