"""The report as a page and as JSON, as it stands and as it was published."""
