"""The two query lists: 评估审查查询 and 回顾性检查查询 (DOMAIN D, F3)."""
