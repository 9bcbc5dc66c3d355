"""Who else has access to a household: people with a role, invitations, and links for a part and a time (NEW-7)."""
