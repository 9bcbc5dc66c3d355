"""Recurring invoices: the same bill again and again, made when it is due."""
