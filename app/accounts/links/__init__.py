"""Links with which people choose a password, once: invitations, and for whoever has forgotten theirs."""
