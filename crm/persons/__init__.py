"""Contact persons: sealed in the log, seen by whoever needs them, erased when it is asked."""
