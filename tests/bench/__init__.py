"""Benchmarks: ratios against bare baselines measured in the same run (`make bench`)."""
