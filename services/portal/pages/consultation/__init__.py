"""Both consultations: 磋商 (DOMAIN E5, E8, 1.6)."""
