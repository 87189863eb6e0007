"""The days of all audits that somebody may see: as a list by week, and for their own calendar."""
