"""The Quality Improvement Audit Tool."""
