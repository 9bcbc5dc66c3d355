"""What members have learnt: the organisation's list of skills, and who reached which level when."""
