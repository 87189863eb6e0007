"""How a file of results with other headings and words than ours becomes one of ours."""
