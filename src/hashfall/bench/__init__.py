"""Benchmarks, each a ratio measured in one run."""
