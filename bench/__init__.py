"""Measured work: how much CPU, how many reads and how many bytes a page costs. Ratios, for machines differ."""
