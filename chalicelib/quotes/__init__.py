"""Quotes: what something would cost, for the family to approve or decline."""
