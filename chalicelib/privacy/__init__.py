"""What a family knows and decides about its own data: the log of its account, its copy to take along, its deletion."""
