"""What waits because of roles: those that end soon, and who is asked to be a deputy."""

from collections.abc import Iterator
from datetime import date

from app.accounts.deputies import queries as deputies
from app.audit import queries as audit_queries
from app.audit.bars.queries import everybody
from app.audit.enums import AuditState
from app.audit.staff import queries as staff_queries
from app.clock import add_working_days, today
from app.clock import day as in_words
from app.labels import plural
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.routing import Visit
from app.work.home.items import Item

# So many working days before nobody is left it is said, so that somebody can be named.
SOON = 10


def ends_soon(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the roles that end soon and leave an area without a head, or an audit in hand without a lead."""
    if not viewer.holds(Role.LEAD, Role.ADMINISTRATOR):
        return
    last_days, soon = everybody(visit.session).last_days, add_working_days(today(), SOON)
    for (role, area), ends in last_days.items():
        if role is Role.HEAD_OF_SERVICE and ends and ends <= soon:
            yield _ends(viewer, f"Head of service of {area}", "/audits", ends)
    for audit in audit_queries.audits(visit.session, viewer):
        leads = [last_days[key] for key in ((Role.LEAD, audit.ref), (Role.LEAD, "")) if key in last_days]
        bounds = [ends for ends in leads if ends]
        in_hand = audit.state not in {AuditState.PUBLISHED, AuditState.WITHDRAWN}
        if in_hand and bounds and len(bounds) == len(leads) and max(bounds) <= soon:
            yield _ends(viewer, f"Audit lead of {audit.ref}", f"/audits/{audit.ref}", max(bounds))


def _ends(viewer: Viewer, role: str, link: str, ends: date) -> Item:
    named = viewer.holds(Role.ADMINISTRATOR)
    who = "name who follows" if named else "have an administrator name who follows"
    why = f"The role ends on {in_words(ends)}, and nobody has it after that day: {who}"
    return Item(role, "/admin/people" if named else link, why, ends, urgent=True)


def leaving(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield who leaves and still has cases to grade, for their lead; and whose last day is over, to be disabled."""
    if not viewer.holds(Role.LEAD, Role.ADMINISTRATOR):
        return
    for key, last in everybody(visit.session).leaving.items():
        name = everybody(visit.session).names[key]
        if viewer.holds(Role.ADMINISTRATOR) and last < today():
            why = f"Their last day was {in_words(last)}: disable them"
            yield Item(name, f"/admin/people/{key}/disable", why)
        for audit in audit_queries.audits(visit.session, viewer) if last >= today() else ():
            waiting = staff_queries.tallies(visit.session, viewer)[0][audit.id].waiting[key]
            if waiting and audit.state is AuditState.FIELDWORK and viewer.has(Role.LEAD, audit=audit.ref):
                why = f"{name} leaves, and has {plural(waiting, 'case')} to grade: share out again"
                yield Item(audit.name, f"/audits/{audit.ref}/allocation/again", why, last, urgent=True)


def asked_to_deputise(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the areas whose head of service asks the person to be their deputy."""
    for of in deputies.asked(visit.session, viewer) if viewer.holds(Role.ASSISTANT_DIRECTOR) else ():
        why = f"Its head of service asks you to be their deputy {of.days.words}"
        yield Item(f"Deputy of {of.area}", f"/deputies/{of.id}", why, since=of.proposed_at)
