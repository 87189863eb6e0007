"""What is forgotten of an audit when its time is over: who was audited, and what was written; its figures stay."""
