"""Files as tables: what is in them is recognised, shown, correctable, and read row by row without loading the file."""
