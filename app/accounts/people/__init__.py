"""People as an administrator sees them: added, given roles, edited, disabled."""
