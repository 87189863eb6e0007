"""What practitioners say is factually wrong: the audit lead answers, and no grade moves."""
