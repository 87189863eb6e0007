"""Sampling: frames and their import, the draw, receipts; knows nothing of audits."""
