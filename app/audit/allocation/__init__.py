"""Sharing cases out among improvement managers."""
