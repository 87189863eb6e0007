"""A case's own page: what was given, what stands, and everything that happened to it."""
