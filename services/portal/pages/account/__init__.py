"""One's own account, a section a template: password, second factor, and what other areas add."""
