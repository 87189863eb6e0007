"""What the service is called, and whom readers can ask."""
