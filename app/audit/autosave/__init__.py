"""Autosave."""
