"""A blind second grade, for whoever gives it."""
