"""The engines that `benchmarks/engines.py` measures side by side."""
