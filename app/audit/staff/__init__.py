"""Who grades, how much of their time, and what they must not grade."""
