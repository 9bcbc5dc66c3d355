"""Programmes, class groups with their dated occurrences, and enrolments in them."""
