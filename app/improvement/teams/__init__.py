"""A service manager's team: its final cases, the talk about each, and what was agreed."""
