"""Whoever decides records a view of their own before both sides are opened to them."""
