"""Organisations: who they are, what they use and how their portal looks."""
