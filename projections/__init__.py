"""What people ask: the read tables, how they follow the log, and one file for each question."""
