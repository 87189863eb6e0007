"""A Not Met goes back: the immediate review, the answer, the further action."""
