"""What a later version might bring: one more table, and a migration that fails if FUTURE says so."""
