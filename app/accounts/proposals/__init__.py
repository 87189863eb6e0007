"""Roles that two people give: a head of service proposes one, an administrator confirms it; and teams."""
