"""What a list of people would do: who is new, changed, the same, refused, and who is not in it. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.mapping.kinds import plain
from app.mapping.profile import Profile, key_of
from app.mapping.ways import Way, without_time
from app.people.enums import PROPOSED, SCOPES, TWO_GIVE, AccountState, Role, Scope
from app.people.models import Named
from app.people.rules import ALWAYS, Days, Grant, may_be_granted
from app.work.lists.kind import ROLE, people_kind

EVERYWHERE = {"", "nation", "national", "all", "thewholeservice", "wholeservice"}
NOBODY_AGREES = (
    "it takes two people to give, and nobody but you could agree. Whoever runs the service gives it, with "
    "casework-audit user role"
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is there already."""

    id: int
    name: str
    job_title: str
    email: str
    state: AccountState
    grants: Mapping[Grant, Days] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is there: people by their address, areas by code and name, audits, and who sends the list."""

    people: Mapping[str, KnownPerson]
    areas: Mapping[str, str]
    regions: Mapping[str, str]
    audits: frozenset[str]
    by: int | None
    today: date
    # Whether there is somebody else who could agree to a role that two people give.
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody as the list has them, and what is done for that: roles that are given, and ended before."""

    email: str
    name: str
    job_title: str
    gives: Mapping[Grant, Days]
    ends: Sequence[Grant] = ()
    person: KnownPerson | None = None
    said: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who is left as they are, by which rows, and why."""

    rows: Sequence[int]
    email: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would do; `absent` are those who are not in it."""

    new: Sequence[Wanted] = ()
    changed: Sequence[Wanted] = ()
    same: Sequence[Wanted] = ()
    refused: Sequence[Refused] = ()
    absent: Sequence[KnownPerson] = ()
    # Words that stand where a role should, and are none.
    unknown_roles: Sequence[str] = ()

    @property
    def mark(self) -> str:
        """Return what tells one plan from another, so that what is done is what was looked at."""
        parts = [[repr(of) for of in part] for part in (self.new, self.changed, self.refused, self.absent)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class _No(Exception):  # noqa: N818 - a sentence about a row
    """Why a row cannot be taken."""


Row = tuple[int, Mapping[str, str]]


def planned(rows: Sequence[Row], how: Profile, known: Known, spelled: Mapping[str, str]) -> Plan:
    """Return what a list would do; `spelled` has each address of the list as it is kept."""
    by_address: dict[str, list[Row]] = {}
    for number, values in rows:
        typed = values.get("email", "")
        by_address.setdefault(spelled.get(typed, typed), []).append((number, values))
    new, changed, same, refused = list[Wanted](), list[Wanted](), list[Wanted](), list[Refused]()
    for email, theirs in by_address.items():
        try:
            of = _wanted(email, theirs, how, known)
        except _No as no:
            refused.append(Refused([number for number, _ in theirs], email, str(no)))
            continue
        (new if of.person is None else changed if of.said else same).append(of)
    absent = [
        p for email, p in known.people.items() if email not in by_address and p.state is not AccountState.DISABLED
    ]
    return Plan(new, changed, same, refused, [p for p in absent if p.id != known.by], _unknown(rows))


def _unknown(rows: Sequence[Row]) -> list[str]:
    words = dict.fromkeys(v[ROLE] for _, v in rows if v.get(ROLE))
    role = people_kind().field(ROLE)
    return [word for word in words if role.code_of(word) is None]


def _wanted(email: str, rows: Sequence[Row], how: Profile, known: Known) -> Wanted:
    name, title = _one(rows, "name", "names"), _one(rows, "job_title", "job titles")
    _check(email, name, title)
    person = known.people.get(email)
    if person and person.state is AccountState.DISABLED:
        raise _No(f"{person.name} is disabled. Enable them on their page first.")
    dated = "from_day" in how.columns or "until_day" in how.columns
    asked = dict(_grant(values, how, known) for _, values in rows if _role(values, how))
    gives, ends, said = dict[Grant, Days](), list[Grant](), list[str]()
    for grant, days in asked.items():
        held = person.grants.get(grant) if person else None
        missing = held is None or held.over(known.today)
        if missing and grant.role in TWO_GIVE and known.by is not None and not known.agrees:
            said.append(f"does not get {_in_words(grant, days)}: {NOBODY_AGREES}")
        elif held is None or missing:
            gives[grant] = days
            said.append(f"gets {_in_words(grant, days)}{_once_agreed(grant)}")
        elif dated and held != days:
            gives[grant] = days
            ends.append(grant)
            said.append(f"has {_in_words(grant, days) if days.words else _in_words(grant, ALWAYS) + ' without an end'}")
    if person:
        said = [*_mended(person, name, title), *said]
        _check_roles(person, gives, ends, known)
    return Wanted(email, name, title, gives, ends, person, said)


def _mended(person: KnownPerson, name: str, title: str) -> Iterator[str]:
    if name != person.name:
        yield f"is called {name}, no longer {person.name}"
    if title != person.job_title:
        yield f"is {title}, no longer {person.job_title}"


def _check_roles(person: KnownPerson, gives: Mapping[Grant, Days], ends: Sequence[Grant], known: Known) -> None:
    if gives and person.id == known.by:
        raise _No("You cannot change your own roles. Another administrator can.")
    if any(grant.role is Role.ADMINISTRATOR for grant in ends):
        raise _No("The days of an administrator are changed on their page.")


def _one(rows: Sequence[Row], column: str, called: str) -> str:
    found = list(dict.fromkeys(values.get(column, "") for _, values in rows))
    if len(found) > 1:
        raise _No(f"This address is there with several {called}: {' and '.join(found)}.")
    return found[0]


def _check(email: str, name: str, title: str) -> None:
    try:
        Named.model_validate({"name": name, "job_title": title, "email": email})
    except ValueError as error:
        missing = "The name is missing" if not name else "The job title is missing" if not title else ""
        message = f"{missing or 'The address, the name or the job title cannot be used'}."
        raise _No(message) from error


def _role(values: Mapping[str, str], how: Profile) -> Role | None:
    word = values.get(ROLE, "")
    if not word:
        return None
    decided = how.values.get(ROLE, {})
    code = decided.get(key_of(word), people_kind().field(ROLE).code_of(word) or "")
    if code is None:
        return None
    if code not in set(Role):
        raise _No(f"‘{word}’ is no role that is known. Say below what it is.")
    return Role(code)


def _grant(values: Mapping[str, str], how: Profile, known: Known) -> tuple[Grant, Days]:
    role = _role(values, how)
    assert role is not None  # noqa: S101 - asked before
    if role in PROPOSED:
        raise _No(f"The head of service proposes a {role.label.lower()}, and an administrator confirms it.")
    kind, scope = _scope(role, values.get("scope", ""), known)
    if refusal := may_be_granted(role, kind):
        raise _No(refusal)
    days = Days(*(_day(values.get(name, ""), how.dates) for name in ("from_day", "until_day")))
    if fault := next(iter(days.faults(known.today).values()), ""):
        raise _No(f"{fault}.")
    return Grant(role, kind, scope), days


def _scope(role: Role, typed: str, known: Known) -> tuple[Scope, str]:
    if plain(typed) in EVERYWHERE:
        return Scope.NATION, ""
    area, audit = known.areas.get(typed.casefold()), typed.strip().upper()
    region = known.regions.get(typed.casefold())
    if region and Scope.REGION in SCOPES[role]:
        return Scope.REGION, region
    if area and (Scope.AREA in SCOPES[role] or audit not in known.audits):
        return Scope.AREA, area
    if audit in known.audits:
        return Scope.AUDIT, audit
    raise _No(f"‘{typed}’ is no service area and no audit that is there.")


def _day(typed: str, order: str) -> date | None:
    if not typed:
        return None
    found = Way(order, short_years=True).read(without_time(typed)[0])
    if found is None:
        raise _No(f"‘{typed}’ is no day that can be meant.")
    return found


def _once_agreed(grant: Grant) -> str:
    return ", once a second person agrees" if grant.role in TWO_GIVE else ""


def _in_words(grant: Grant, days: Days) -> str:
    where = f" of {grant.scope}" if grant.scope else ""
    return f"the role {grant.role.label.lower()}{where}{' ' if days.words else ''}{days.words}"
