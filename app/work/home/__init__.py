"""Your work: what waits for a person, gathered from every room, then what they follow."""
