"""Documents that the organisation shares with families, and those it asks them for."""
