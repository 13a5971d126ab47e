"""The command line `fas` (CONTRACT 1): starts services, manages accounts, works on the ledgers, backs up and restores."""
