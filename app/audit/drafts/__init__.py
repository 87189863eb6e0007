"""Drafts of audits: begun, written by several, commissioned, sent back; and what a new one starts from."""
