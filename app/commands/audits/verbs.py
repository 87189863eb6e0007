"""The commands of audits: `audit` with its verbs."""

import argparse
import json

from sqlalchemy import select

from app.audit.drafts.actions import begin_draft
from app.audit.enums import AUDIT_STATE_LABELS, AuditState
from app.audit.models import Audit
from app.commands.console import say
from app.commands.installation import audit_called, opened
from app.settings import Settings
from app.work.starts.comparing import as_earlier


def run_list_audits(options: argparse.Namespace, settings: Settings) -> None:
    """List every audit and draft with its state, newest window first."""
    query = select(Audit).where(Audit.state != AuditState.DISCARDED).order_by(Audit.window_to.desc(), Audit.id.desc())
    with opened(settings) as database, database.reading() as session:
        found = [_told(of) for of in session.scalars(query)]
    lines = ["\t".join([of["ref"], of["name"], of["label"]]) for of in found]
    print(json.dumps(found, ensure_ascii=False) if options.json else "\n".join(lines))


def _told(of: Audit) -> dict[str, str]:
    # Of a draft that was never commissioned the window is not decided.
    window = {"from": of.window_from, "to": of.window_to} if of.commissioned_by or of.imported else {}
    days = {name: f"{day:%Y-%m-%d}" for name, day in window.items()}
    return {"ref": of.ref, "name": of.name, "state": of.state, "label": AUDIT_STATE_LABELS[of.state], **days}


def run_copy_audit(options: argparse.Namespace, settings: Settings) -> None:
    """Begin a draft as another audit was, a year on; a director goes on with it in the browser."""
    with opened(settings) as database, database.writing() as session:
        of = audit_called(session, options.audit)
        typed = as_earlier(session, of)
        typed |= {"name": options.name} if options.name else {}
        made = begin_draft(session, options.ref or typed["ref"], typed, by=None)
        said = f"{made.ref} is a draft now, as {of.ref} was. A director goes on with it at /audits/{made.ref}/draft."
        say(options, said, {"ref": made.ref, "name": made.name, "as": of.ref})
