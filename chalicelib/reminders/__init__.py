"""Reminders: of classes and bookings before they begin, of what is over soon, and of what still waits for an answer."""
