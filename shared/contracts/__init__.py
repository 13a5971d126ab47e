"""The language of the system: frozen messages, vocabulary and catalogues; no behaviour."""
