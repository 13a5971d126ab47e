"""Everything that runs the system on one machine without containers: set-up, servers, services, supervision."""
