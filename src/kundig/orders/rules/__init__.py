"""What is allowed with orders, and their arithmetic: no database."""
