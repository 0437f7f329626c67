"""The event log, on SQLite or PostgreSQL: the one place that imports `eventsourcing`."""
