"""Urgent concerns, whatever the grade."""
