"""The tests, laid out like the code they prove; `support` holds what they share."""
