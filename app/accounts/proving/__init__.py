"""Proving who one is: the second step of signing in, a passkey in the place of both, and once more later."""
