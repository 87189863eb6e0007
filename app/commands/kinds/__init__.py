"""Commands of the kinds of work."""
