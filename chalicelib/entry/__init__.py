"""Where Lambda comes in: one module for each function beside the portal's own `app.py`."""
