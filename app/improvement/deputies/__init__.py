"""A head of service says who acts for them while they are away."""
