"""Tests of what is built and deployed: the package itself, its template, and both of them at work."""
