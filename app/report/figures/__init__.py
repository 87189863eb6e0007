"""Every figure, computed from cases. Pure."""
