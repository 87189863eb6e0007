"""Second grades."""
