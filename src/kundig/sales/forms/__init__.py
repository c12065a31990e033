"""Input of sales."""
