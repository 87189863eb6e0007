"""How far the grading is."""
