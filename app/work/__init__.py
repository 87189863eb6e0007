"""Work: each person's own page and each audit's home, gathered from all rooms below."""
