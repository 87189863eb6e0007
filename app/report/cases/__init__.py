"""The cases of an audit, counted as the figures want them."""
