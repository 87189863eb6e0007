"""Report: figures, their sentences and pictures, finalising and publication."""
