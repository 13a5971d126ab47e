"""How the system is started, run and looked after."""
