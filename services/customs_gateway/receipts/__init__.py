"""Customs' receipts: the ledger, their translation to facts, and what became of them."""
