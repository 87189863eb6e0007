"""What waits for somebody in a rehearsal, which stands on its own page and not among their work."""

from collections.abc import Sequence

from app.audit.models import Audit
from app.people.rules import Viewer
from app.web.routing import Visit
from app.work.home.audit import benchmarks, corrections, grading, preparing, replacements
from app.work.home.items import Item
from app.work.home.moderation import challenges, concerns, returns, unread, unsafe

KINDS = (concerns, unsafe, unread, replacements, returns, challenges, corrections, grading, benchmarks, preparing)


def waits_in(visit: Visit, viewer: Viewer, audit: Audit) -> Sequence[Item]:
    """Return what waits for somebody in a rehearsal."""
    return [item for kind in KINDS for item in kind(visit, viewer) if item.audit == audit.name]
