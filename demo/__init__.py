"""The demonstration organisation: settings, logo, CSV files, and what wrote them."""
