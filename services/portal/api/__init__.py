"""The HTTP API of CONTRACT 3; HTTP's vocabulary stops here."""
