"""The page on which an analyst says what an export means."""
