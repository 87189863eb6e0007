"""Differences."""
