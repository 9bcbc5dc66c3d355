"""Changes of what is stored already, in numbered steps that an operator runs while people work (D-14)."""
