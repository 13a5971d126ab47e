"""The page of a case: its header, its steps, whose turn it is; each stage fills in its own part."""
