"""What every request meets: limits, hosts, headers, forms, and errors as problem documents."""
