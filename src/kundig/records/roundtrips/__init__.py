"""Excel as a client: a table goes out to be edited, comes back, and what is different in it becomes one change set."""
