"""Finalising, writing, signing off, publishing and revising a report."""
