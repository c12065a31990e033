"""What is right about names, addresses and letters; nothing here reads or writes the database."""
