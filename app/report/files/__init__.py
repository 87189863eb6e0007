"""Documents as PDF, Word, spreadsheet, HTML and CSV."""
