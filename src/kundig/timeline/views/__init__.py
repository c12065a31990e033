"""Pages and parts of the history."""
