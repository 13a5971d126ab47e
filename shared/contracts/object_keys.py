"""Where files stand in the bucket, as far as several services know it (CONTRACT 2)."""

UPLOADS = "uploads/"
"""What officers send, until `documents` has inspected it; what nobody fetched is removed (documents/orphans.py)."""
