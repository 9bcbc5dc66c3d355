"""Tests of what families know and decide about their own data."""
