"""What holds in the history of a customer; no database."""
