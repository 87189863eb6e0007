"""Which cases are graded a second time, by whom, and what came of it."""
