"""The list of filings that a sample is drawn from."""
