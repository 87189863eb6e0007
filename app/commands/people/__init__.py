"""Commands about people, their roles, and the areas of the service."""
