"""Somebody leaves: what they have in hand, and to whom it can go."""
