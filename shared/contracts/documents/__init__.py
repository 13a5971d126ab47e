"""The shapes of the stored documents; `shared/contracts/collections.py` says which collection holds which."""
