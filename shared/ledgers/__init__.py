"""What several services have in common that keep ledgers: entries that wait for their time, and who works on them."""
