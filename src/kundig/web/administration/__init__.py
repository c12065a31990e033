"""The settings: oneself, people and their rights, the company, purposes."""
