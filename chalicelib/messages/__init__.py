"""Conversations between a household and the organisation: threads, the desk's inbox, answers by mail."""
