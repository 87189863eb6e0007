"""Comparison with an earlier audit."""
