"""What the clock and events start."""
