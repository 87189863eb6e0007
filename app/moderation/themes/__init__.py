"""Learning points that rest on a standard which was decided at the best level: the audit lead keeps or drops each."""
