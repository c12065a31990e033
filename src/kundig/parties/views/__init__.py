"""What people do with parties beyond the pages of `records`: their parts, and making one of two."""
