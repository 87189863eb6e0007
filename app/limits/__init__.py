"""How often something may be tried: counted in the database, so that all servers agree; no count, no try."""
