"""Who may do what: what the guards of all addresses say, as one list for the administrator."""
