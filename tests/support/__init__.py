"""Helpers that many tests share: a browser without a screen, page checks, what was sent, a clock to turn."""
