"""One page for supervision: what a final case shows, and what was agreed about it."""
