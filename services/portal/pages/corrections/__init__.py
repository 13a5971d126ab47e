"""What customs pinned to a field, a question or a file: beside it, and ticked off (CONTRACT 2, SUPPLEMENT items)."""
