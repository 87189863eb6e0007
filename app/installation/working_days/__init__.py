"""Which days are working days of the service."""
