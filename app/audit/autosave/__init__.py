"""Saving the tool a field at a time."""
