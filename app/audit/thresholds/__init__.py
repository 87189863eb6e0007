"""Threshold documents: what each level looks like, and the rules that indicate an overall grade."""
