"""Acts that take long or move many things at once: they think before their turn to write, and write together."""
