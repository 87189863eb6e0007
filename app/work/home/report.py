"""What waits for somebody from reports: to sign off, to publish, the packs of their areas and the plans in them."""

from collections.abc import Iterator
from textwrap import shorten

from app.audit import queries as audit_queries
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.audit.rules import AUDIT, SIGNERS
from app.clock import add_working_days, today
from app.labels import listed
from app.people.enums import Role
from app.people.rules import Viewer, area_key
from app.report.document.queries import NOT_BEGUN, signing
from app.report.packs import queries as pack_queries
from app.report.packs.document import address
from app.report.publication import actions as publishing
from app.web.routing import Visit
from app.work.home.items import Item

# So many working days before an action of an improvement plan is due it is among its head's work.
PLAN_AHEAD = 10
LONGEST_WHY = 120


def reports(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the reports that this person has yet to sign off, and those both signed off that they can publish."""
    begun = signing(visit.session) if viewer.holds(*SIGNERS) else {}
    for audit in audit_queries.audits(visit.session, viewer) if viewer.holds(*SIGNERS) else ():
        so_far = begun.get(audit.id, NOT_BEGUN)
        revision = audit.state is AuditState.PUBLISHED and so_far.revising
        if not (audit.state is AuditState.FINALISED or revision) or not viewer.has(*SIGNERS, audit=audit.ref):
            continue
        situation = publishing.situation_so_far(audit, viewer, so_far)
        if any(publishing.why_not_signed(role, situation) is None for role in SIGNERS):
            why = "A revision of the report is begun: sign it off" if revision else "Read the report and sign it off"
            link = f"/audits/{audit.ref}/report{'/making' if revision else ''}"
            yield Item(audit.name, link, f"{why}, so that it can be published")
        elif AUDIT["publish"].is_for(viewer, audit.ref) and not situation.known.unsigned:
            yield Item(audit.name, f"/audits/{audit.ref}/report/making", "Both have signed the report off: publish it")


def packs(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the unopened packs of the person's areas, and the actions of their plans that are near or late."""
    if not viewer.areas(Role.HEAD_OF_SERVICE) or audit_queries.is_grading(visit.session, viewer):
        return
    for audit, area, to_open in pack_queries.packs_of_head(visit.session, viewer):
        if not to_open:
            continue
        why = "Read your area’s pack, and start its improvement plan"
        yield Item(f"{audit.name}, {area}", address(audit, area), why, since=audit.finalised_at)
    for action in pack_queries.improvements_due(visit.session, viewer, add_working_days(today(), PLAN_AHEAD)):
        link = f"{address(action.audit, action.area)}/plan/{action.id}/done"
        why = f"To be done by {action.who}: {shorten(action.what, LONGEST_WHY, placeholder='…')}"
        yield Item(f"Improvement plan of {action.area}", link, why, action.by_when)


def packs_to_follow(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the packs of the person's areas, those of one audit as one."""
    by_audit: dict[int, tuple[Audit, list[str]]] = {}
    if not viewer.areas(Role.HEAD_OF_SERVICE) or audit_queries.is_grading(visit.session, viewer):
        return
    for audit, area, _ in pack_queries.packs_of_head(visit.session, viewer):
        by_audit.setdefault(audit.id, (audit, []))[1].append(area)
    for audit, areas in by_audit.values():
        there = address(audit, areas[0]) if len(areas) == 1 else f"/audits/{audit.ref}/areas"
        yield Item(
            f"Pack of {areas[0]}" if len(areas) == 1 else f"Packs of {listed(sorted(areas, key=area_key))}",
            there,
            audit.name,
        )
