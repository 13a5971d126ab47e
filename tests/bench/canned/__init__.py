"""A server that speaks MongoDB's protocol and answers from memory at once: what is left of a run's cost is our own."""
