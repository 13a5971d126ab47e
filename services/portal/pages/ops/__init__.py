"""The operator's console: what runs, what waits, what is parked; reconciliation, ledgers, access, and the audit trail."""
