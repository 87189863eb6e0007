"""What is there, as a list of people is compared with it; whoever asks is an administrator."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.actions import address_of
from app.accounts.agreeing import queries as agreeing
from app.audit.models import Audit
from app.clock import today
from app.mapping import queries as mappings
from app.mapping.profile import Profile, Unreadable, heading_key, profile_of
from app.mapping.recognition import recognised
from app.mapping.ways import DAY_FIRST, without_time, written
from app.people.models import Person, RoleProposal
from app.people.rules import Grant
from app.work.lists.kind import people_kind, profile
from app.work.lists.plan import Known, KnownPerson, Plan, planned
from app.work.lists.reader import Sheet


def known(session: Session, by: int | None) -> Known:
    """Return everybody, the areas and the audits."""
    waiting = agreeing.waiting(session)
    people = {of.email: _known(of, [p for p in waiting if p.email == of.email]) for of in accounts.people(session)}
    areas = {word.casefold(): of.code for of in accounts.areas(session) for word in (of.name, of.code)}
    regions = {word.casefold(): of.code for of in accounts.regions(session) for word in (of.name, of.code)}
    audits = frozenset(session.scalars(select(Audit.ref)))
    agrees = bool(agreeing.who_can_agree(session, by))
    return Known(people, areas, regions, audits, by, today(), agrees)


def _known(of: Person, waiting: Sequence[RoleProposal]) -> KnownPerson:
    # One that waits for a second person is not asked for again.
    grants = {Grant(p.role, p.scope_kind, p.scope): p.days for p in waiting}
    grants |= {Grant(g.role, g.scope_kind, g.scope): g.days for g in of.grants}
    return KnownPerson(of.id, of.name, of.job_title, of.email, of.state, grants)


def suggested(session: Session, sheet: Sheet) -> Profile:
    """Return how a list is read by itself: by a mapping that is kept and fits its headings, or as it is recognised."""
    there = {heading_key(heading) for heading in sheet.headings}
    for _, version in mappings.newest(session, people_kind().name):
        try:
            kept = profile_of(version.body, people_kind())
        except Unreadable:
            continue
        if {heading_key(heading) for heading in kept.columns.values()} <= there:
            return kept
    values = {heading: sheet.values(heading)[:200] for heading in sheet.headings if heading}
    columns = recognised(sheet.headings, values, people_kind())
    return profile(columns, {}, order_of(sheet, columns))


def order_of(sheet: Sheet, columns: dict[str, str]) -> str:
    """Return in which order a list writes its days, the day first where that is not certain."""
    there = [v for name in ("from_day", "until_day") if name in columns for v in sheet.values(columns[name]) if v]
    found = written(Counter(without_time(v)[0] for v in there)) if there else None
    return DAY_FIRST if found is None or found.asked == "order" else found.way.order


def plan_of(session: Session, sheet: Sheet, how: Profile, *, by: int | None) -> Plan:
    """Return what a list would do now."""
    at = {name: list(sheet.headings).index(h) for name, h in how.columns.items() if h in sheet.headings}
    rows = [(n, {name: cells[i] if i < len(cells) else "" for name, i in at.items()}) for n, cells in sheet.rows]
    spelled = {values.get("email", ""): address_of(values.get("email", "")) for _, values in rows}
    return planned(rows, how, known(session, by), spelled)
