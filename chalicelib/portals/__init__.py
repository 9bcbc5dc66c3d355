"""The organisation's own portal: its settings at the desk, the log of who changed them, its address and button."""
