"""Households and their members: who belongs to whom, how they are reached, and the summary of all they have."""
