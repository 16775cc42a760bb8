"""How fast the bridge is, measured on demand: `python -m benchmarks`. Nothing here judges; the figures stand in RESULTS.md."""
