"""The page on which an analyst says what a file of results means."""
