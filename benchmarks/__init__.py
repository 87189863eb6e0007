"""Times the sampler against other programs in one run: `make bench`, docs/benchmarks.md."""
