"""Tables as files: CSV and workbooks, at once or by a job, each written down in a log that nobody can change."""
