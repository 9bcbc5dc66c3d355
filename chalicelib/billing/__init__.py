"""Invoices and payments: what a household owes, for what, and what it paid."""
