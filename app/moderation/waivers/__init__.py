"""A declared interest that is waived, where nobody else is left to act on a case."""
