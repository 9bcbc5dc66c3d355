"""Tests of the Stripe double, through Stripe's own library."""
