"""The operator's command line: organisations and imports. It needs the rights of an administrator of the table."""
