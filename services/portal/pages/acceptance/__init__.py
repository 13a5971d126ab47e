"""The acceptance of a retrospective check: 接收检查 (DOMAIN F6 to F9)."""
