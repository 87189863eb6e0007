"""A case that cannot be audited, and the next in its drawn order."""
