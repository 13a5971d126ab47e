"""The application: 评估审查申请 (DOMAIN C, 1.8)."""
