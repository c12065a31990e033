"""Django's connections to PostgreSQL, which need not ask whether they still hold (`base` is what Django reads)."""
