"""Submitting a grade, and correcting it."""
