"""The first run: one page that makes the company and its first administrator."""
