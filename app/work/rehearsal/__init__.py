"""Rehearsals: an audit of invented cases with the real people, to try everything out; erased whole when it served."""
