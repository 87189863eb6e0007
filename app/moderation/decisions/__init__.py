"""What is decided on a challenge: the decision, the escalation and the adjudication."""
