"""Scripts that `stack.py` runs in containers, by standard input."""
