"""Other ways to do what is done to one receipt, each a program of its own, to compare the system with."""
