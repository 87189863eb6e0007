"""Filings of an export, by a mapping: which rows are in the list, and what became of every other."""
