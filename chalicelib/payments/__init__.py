"""Paying online through Stripe: checkouts, saved payment methods, what Stripe tells us, and setting it right."""
