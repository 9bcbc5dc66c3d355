"""The billing desk: money as the staff take it, bill it and give it back."""
