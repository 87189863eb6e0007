"""How an export of a case system becomes a list of ours: recognised, decided by a person, kept for the next time."""
