"""What each picture of the report shows."""
