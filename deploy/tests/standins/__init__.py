"""Servers that stand in for MongoDB and MinIO in containers: what the Compose file asks of them, and no more."""
