"""Who signs in: users, login addresses, one-time codes, sessions, known browsers, limits."""
