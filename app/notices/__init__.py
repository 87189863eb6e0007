"""Notices: who is told of what waits for them, on their own page and by email, without a word about the case."""
