"""Subscriptions to the organisation's plans: monthly plans, memberships, affiliations."""
