"""Two blind grades that differ, and how that is resolved."""
