"""Word files to go on writing in."""
