"""The demonstration: a simulated customs, an officer at the HTTP API, and three cases that they play."""
