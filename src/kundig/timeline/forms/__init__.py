"""What people typed, as values of actions."""
