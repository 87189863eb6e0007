"""Drawing the sample, and how it was drawn."""
