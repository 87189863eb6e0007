"""Single sign-on: somebody whom the organisation’s own provider (OpenID Connect) knows is let in here."""
