"""Writing a new version of a threshold document."""
