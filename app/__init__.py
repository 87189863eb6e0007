"""Casework Audit: samples, grades, moderates and reports casework quality for the family courts."""
