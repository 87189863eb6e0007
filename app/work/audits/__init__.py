"""The list of audits, and each audit's home with its stages."""
