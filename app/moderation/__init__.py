"""Moderation: what happens after a grade is given: the immediate review, the challenge, the adjudication."""
