"""Everything that is kept about a practitioner, found by what refers to their cases: no table can be forgotten."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.audit.models import Audit, Interest
from app.keeping.cases import CASES, hanging_on, tables_of_cases
from app.people.enums import Role
from app.people.models import Person, RoleGrant, TeamMember
from app.sampling.models import Frame
from app.sampling.population import Filing
from app.sampling.queries import filings

# Of what hangs on their cases, what is about somebody else: what they are told, and what they have not sent.
OTHERS = ("notice", "hearing_draft")
PERSON = Person.__table__


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of one table: its name, its columns, each row in their order."""

    table: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """All that is kept about a practitioner: in each audit, in lists of filings, and about them as a person here."""

    practitioner: str
    # By the reference and the name of the audit.
    audits: Mapping[tuple[str, str], Sequence[Kept]]
    elsewhere: Sequence[Kept]
    # Everybody who is named by a number in it, and who of them is the practitioner.
    names: Mapping[int, str]
    own: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is kept."""
        return not self.audits and not self.elsewhere


def about(session: Session, practitioner: str, area: str = "") -> AboutPerson:
    """Return what is kept about a practitioner, of one area or of all in which the identifier is known."""
    theirs = CASES.c.practitioner_id == practitioner
    if area:
        theirs &= CASES.c.area == area
    ids = session.scalars(select(CASES.c.audit_id).where(theirs).distinct()).all()
    audits = session.scalars(select(Audit).where(Audit.id.in_(ids)).order_by(Audit.id)).all()
    found = {(a.ref, a.name): list(_of_cases(session, theirs & (CASES.c.audit_id == a.id))) for a in audits}
    granted = select(RoleGrant.person_id).where(RoleGrant.role == Role.PRACTITIONER, RoleGrant.scope == practitioner)
    own = frozenset(session.scalars(granted))
    people: dict[int, str] = {key: name for key, name in session.execute(select(Person.id, Person.name)).all()}
    elsewhere = [k for k in _elsewhere(session, practitioner, area, own) if k.rows]
    return AboutPerson(practitioner, found, elsewhere, people, own)


def _of_cases(session: Session, theirs: Any) -> Iterator[Kept]:  # noqa: ANN401 - a condition
    for table in tables_of_cases():
        if table.name not in OTHERS:
            rows = session.execute(select(table).where(hanging_on(table, theirs)).order_by(table.c.id)).all()
            yield from [_kept(table, rows)] if rows else []


def _elsewhere(session: Session, practitioner: str, area: str, own: frozenset[int]) -> Iterator[Kept]:
    interest: Table = Interest.__table__
    named = select(interest).where(interest.c.practitioner_id == practitioner)
    yield _kept(interest, session.execute(named).all())
    member: Table = TeamMember.__table__
    in_teams = select(member).where(member.c.practitioner_id == practitioner)
    yield _kept(member, session.execute(in_teams.where(member.c.area == area) if area else in_teams).all())
    shown = [c for c in PERSON.c if c.name not in ("password_hash", "password_is_temporary")]
    account = session.execute(select(*shown).where(PERSON.c.id.in_(own))).all()
    yield Kept("person", [c.name for c in shown], account)
    yield Kept("filings", ["list", *Filing._fields], list(_filings(session, practitioner, area)))


def _filings(session: Session, practitioner: str, area: str) -> Iterator[Sequence[Any]]:
    for frame in session.scalars(select(Frame).order_by(Frame.id)):
        for filing in filings(session, frame):
            if filing.practitioner_id == practitioner and area in ("", filing.service_area):
                yield (frame.file_name, *filing)


def _kept(table: Table, rows: Sequence[Any]) -> Kept:
    return Kept(table.name, [c.name for c in table.c], rows)
