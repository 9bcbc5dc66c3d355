"""`make doctor STAGE=…`: looks at an account, and says in plain words what a portal that runs there would miss."""
