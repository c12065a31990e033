"""Files that people put to a record: on its page, by drag and drop or from the telephone's camera, and by programs."""
