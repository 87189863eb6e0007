"""Whoever has lost all that they prove themselves with: a link that an administrator makes who identified them."""
