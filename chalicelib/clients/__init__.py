"""The organisation's clients at the desk: finding them, their pages, notes and records."""
