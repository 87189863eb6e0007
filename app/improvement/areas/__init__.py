"""An area's live page: how far its cases are, what waits, what was learned so far, and what is planned."""
