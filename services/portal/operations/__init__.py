"""The operators' work: what they did (audit), and our ledgers against the cases (reconciliation)."""
