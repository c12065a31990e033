"""Measuring the whole program: CPU per request, of Python and of PostgreSQL."""
