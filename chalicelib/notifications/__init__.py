"""Word that goes out: codes at once, everything else from the outbox; wording and channel are decided at sending."""
