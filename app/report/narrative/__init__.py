"""Narrative."""
