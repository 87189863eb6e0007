"""Samples of other shapes: what is wanted, and what it becomes on a locked list."""
