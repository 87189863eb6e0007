"""The lead's list of returned cases: what is late, more time, reminders, going on without a review."""
