"""Choosing by hand who grades which case, one by one or in a file."""
