"""The machinery every service runs on; knows nothing of cases."""
