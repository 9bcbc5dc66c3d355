"""Where Lambda comes in: one module for each function, or for two that share their work."""
