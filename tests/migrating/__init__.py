"""Tests of `chalicelib.migrating`."""
