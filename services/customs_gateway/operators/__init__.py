"""What operators do with parked receipts and dead letters: replay, dismiss, and see what a replay would do."""
