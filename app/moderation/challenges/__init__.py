"""A head's challenge of a Not Met: raised, decided, taken further, adjudicated."""
