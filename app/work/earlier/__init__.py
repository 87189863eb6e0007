"""Pages on which an earlier audit's results are brought in."""
