"""The groups of commands of `fas` (CONTRACT 1)."""
