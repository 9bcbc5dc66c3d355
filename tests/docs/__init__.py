"""Documents tell the truth: what can be checked of them by machine is checked here."""
