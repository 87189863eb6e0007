"""A head's claim: the workspace, its check, and sending it as a challenge."""
