"""Backup and restore of all state, the database and the objects, while the system runs (docs/operations/backup.md)."""
