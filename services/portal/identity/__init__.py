"""Who may come in: accounts, passwords, second factors, sessions, and the throttle of sign-ins."""
