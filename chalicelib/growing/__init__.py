"""Members who grow up (NEW-14), and members and households that are put away with their history (X-6)."""
