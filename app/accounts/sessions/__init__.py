"""Where somebody is signed in: listed for them and for an administrator, and ended."""
