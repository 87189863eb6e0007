"""How a grader's own grades stood, for their eyes alone."""
