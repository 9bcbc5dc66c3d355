"""Foyer's own code. `docs/architecture.md` says what lives where and who may import whom."""
