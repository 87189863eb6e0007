"""An earlier audit as the one that a new one is compared with, by its frozen figures."""

import json

from sqlalchemy.orm import Session

from app.audit.commission.called import month_of
from app.audit.drafts.rules import COMPARED
from app.audit.drafts.starts import as_audit
from app.audit.library.queries import document_of
from app.audit.models import Audit
from app.report.queries import publication


def as_earlier(session: Session, of: Audit) -> dict[str, str]:
    """Return the form of an audit as another was, a year on, compared with that one where it has figures."""
    return {**as_audit(session, of), **_compared_with(session, of)}


def _compared_with(session: Session, of: Audit) -> dict[str, str]:
    frozen = publication(session, of)
    if frozen is None:
        return dict.fromkeys(COMPARED, "")
    overall, scale = json.loads(frozen.figures)["overall"], document_of(of).scale
    shares = [overall.get(level.code, {}).get("percent") for level in (scale[0], scale[-1])]
    when = month_of(of.name, of.ref, (of.window_from, of.window_to))
    values = (of.name, f"{when:%Y-%m}", *("" if share is None else str(share) for share in shares))
    return dict(zip(COMPARED, values, strict=True)) if any(values[2:]) else dict.fromkeys(COMPARED, "")
