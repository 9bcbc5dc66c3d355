"""Tests of what talks to the world: against the embedded AWS."""
