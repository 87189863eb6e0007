"""Reception: signing in and out, and the administrator's pages about people and the event log."""
