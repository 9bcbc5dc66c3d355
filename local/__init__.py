"""Foyer on one machine: an embedded AWS, the portal over plain HTTP, and an inbox for what it sends.

For developing and trying only; nothing here is in the deployed package, and the deployed
code knows nothing of it.
"""


class StartError(Exception):
    """Something keeps Foyer from starting; the message says what, in one line."""
