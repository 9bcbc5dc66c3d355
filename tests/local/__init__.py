"""Tests of what runs Foyer on one machine."""
