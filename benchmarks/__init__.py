"""The long measurements: what `make bench` runs."""
