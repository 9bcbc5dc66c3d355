"""What the organisation's own people do: bring records in, keep them right."""
