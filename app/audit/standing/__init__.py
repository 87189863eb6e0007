"""What stands of each standard of a case: what its auditor judged, and what decisions made of it."""
