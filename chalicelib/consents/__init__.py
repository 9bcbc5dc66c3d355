"""Consents and waivers (NEW-13): what families sign, in which words, and a ledger of it that only grows."""
