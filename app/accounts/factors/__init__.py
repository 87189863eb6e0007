"""Second factors: codes of an app, passkeys and recovery codes; signing in with them, and losing them all."""
