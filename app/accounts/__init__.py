"""Signing in, people, their roles, and the event log as a page."""
