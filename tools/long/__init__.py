"""The long tests that are programs of their own (docs/long-tests.md)."""
