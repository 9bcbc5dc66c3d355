"""Bookings of rooms, courts and appointments."""
