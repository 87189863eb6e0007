"""Where somebody can go from every page."""

from app.people.enums import PROPOSED, Role
from app.people.rules import Viewer

# Who holds none but these knows of no audit before its report is published.
NO_AUDITS = {Role.ADMINISTRATOR, Role.READER, *PROPOSED}


def navigation(viewer: Viewer) -> list[dict[str, str]]:
    """Return where a person can go from every page."""
    items = [{"text": "Your work", "href": "/"}]
    if any(g.role not in NO_AUDITS for g in viewer.grants):
        items.append({"text": "Audits", "href": "/audits"})
    items += [{"text": "My cases", "href": "/my-cases"}] if viewer.practitioners else []
    items += [{"text": "My team", "href": "/team"}] if viewer.teams else []
    items += [{"text": "Reports", "href": "/reports"}, {"text": "Threshold documents", "href": "/thresholds"}]
    if viewer.holds(Role.ADMINISTRATOR):
        items += [{"text": "People", "href": "/admin/people"}, {"text": "Log", "href": "/admin/log"}]
        items.append({"text": "Settings", "href": "/settings"})
    return items
