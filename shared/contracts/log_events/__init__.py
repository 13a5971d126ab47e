"""Every event that a log line may have (CONTRACT 5): its fields, what it means and what to do about it."""
