"""A deputy for a head of service who is away: a role with a last day, for which the record says on whose behalf."""
