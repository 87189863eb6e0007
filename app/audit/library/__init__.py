"""Threshold documents, as everybody reads them."""
