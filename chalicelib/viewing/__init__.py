"""Staff who look as a family does, and who the staff are."""
