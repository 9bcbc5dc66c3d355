"""The outside world: the only modules that import an SDK, each loaded on first use."""
