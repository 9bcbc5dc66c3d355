"""What families and staff do with places in classes: enrol, cancel, be absent, make up, wait, change group."""
