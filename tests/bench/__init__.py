"""The benchmarks of CONTRACT 7: `make bench`."""
