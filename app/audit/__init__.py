"""Audit: the commission and its framework, threshold documents, cases, allocation, grading."""
