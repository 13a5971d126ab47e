"""What the services have in common: the language (contracts), the rules (lifecycle), the machinery (runtime)."""
