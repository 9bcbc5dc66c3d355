"""Forms: what the organisation asks, in versions, and what families answered."""
