"""Mutation testing: one small change to a rule at a time, which some test should notice (docs/mutations.md)."""
