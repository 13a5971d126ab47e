"""Owns every message from and to customs: the ledger of receipts, waiting, parking, replay; declarations and acknowledgements.

Hears customs' receipts (`customs.receipts`), what became of facts (`customs_gateway.settled`), what officers submitted
(`customs_gateway.submissions`), operators' requests (`customs_gateway.commands`) and what any service could not take
(`fas.dead`).
Says one fact for each receipt and for what became of a declaration; declarations and acknowledgements to customs.
"""
