"""Roles that two people give: an administrator proposes a director or a lead, another or the director agrees."""
