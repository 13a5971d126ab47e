"""Machines of hypothesis: the real ledger and the real lifecycle, run against simple models in memory."""
