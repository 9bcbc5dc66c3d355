"""Tests of what the organisation's own people do."""
