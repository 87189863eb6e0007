"""What people report of pages that do not do what they should, and what administrators answer."""
