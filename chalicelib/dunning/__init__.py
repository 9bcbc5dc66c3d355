"""Reminding of what is overdue, step by step and by the clock, with late fees where they are allowed (MSG-3)."""
