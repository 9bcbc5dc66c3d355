"""The importer: an organisation's CSV files become its records, checked whole before anything is written.

Files are read row by row into a temporary database (`staging`), every mistake is collected
with its file, line and column (`rows`, `checks`), and only faultless files are written,
household by household (`households`). A repeated import finds its own records again.
"""
