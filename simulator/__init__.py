"""A customs of our own for trying out: the XML it writes and reads, its side of the queues and of the bucket, its answers."""
