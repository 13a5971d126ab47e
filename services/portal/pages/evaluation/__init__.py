"""Rectification: 整改 (DOMAIN E4, F12)."""
