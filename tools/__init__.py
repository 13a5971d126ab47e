"""What developers run: set-up, checks, and the documents and translations that are made from the code."""
