"""What `fas doctor` looks at (CONTRACT 1)."""
