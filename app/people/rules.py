"""Who may act as what, where."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.clock import day
from app.dates import WITHIN, order_fault
from app.people.enums import SCOPES, Role, Scope

# What a guard says that lets in whoever proved so.
LATELY = ", who proved lately who they are"


@dataclass(frozen=True, slots=True)
class Days:
    """From when until when a role is held, both days counted; a day that is not given is no bound."""

    first: date | None = None
    last: date | None = None

    def begun(self, on: date) -> bool:
        """Say whether the first day has come."""
        return self.first is None or self.first <= on

    def over(self, on: date) -> bool:
        """Say whether the last day has passed."""
        return self.last is not None and self.last < on

    def hold(self, on: date) -> bool:
        """Say whether a day is one of them."""
        return self.begun(on) and not self.over(on)

    @property
    def words(self) -> str:
        """Return them as people say them, empty where there is no bound."""
        bounds = (("from", self.first), ("until", self.last))
        return " ".join(f"{word} {day(bound)}" for word, bound in bounds if bound)

    def faults(self, on: date) -> dict[str, str]:
        """Return what is wrong with them, by the fields of a form, for a role that is given on a day."""
        found = {}
        if self.first and self.first > on + WITHIN:
            found["from_day"] = "The first day must be within five years"
        if self.over(on):
            found["until_day"] = "The last day must be today or later"
        elif self.last and self.last > on + WITHIN:
            found["until_day"] = "The last day must be within five years. Leave it empty if the role has no end"
        elif self.first and self.last and order_fault(self.first, self.last):
            found["until_day"] = order_fault(self.first, self.last) or ""
        return found


ALWAYS = Days()


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and how far it reaches; `scope` is empty for the nation."""

    role: Role
    kind: Scope
    scope: str = ""


# How far a role reaches that holds everywhere: a region only says for whom its assistant director stands in.
NATIONWIDE = (Scope.NATION, Scope.REGION)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who is looking, with everything that decides what they may see."""

    id: int
    name: str
    email: str
    job_title: str
    grants: frozenset[Grant]
    # The service areas without a head of service, for which an assistant director acts (domain.md section 1, step 6).
    standing_in: frozenset[str] = frozenset()
    # Of whom the person is a deputy, by area: they act as its head of service, and the log says for whom.
    deputy_for: Mapping[str, int] = field(default_factory=dict, hash=False, compare=False)

    def has(self, *roles: Role, audit: str = "", area: str = "", practitioner: str = "", team: str = "") -> bool:
        """Say whether the person holds one of the roles for the nation, this audit, area, practitioner or team.

        What is left empty is nobody's: a scope of its kind does not reach there.
        """
        if Role.HEAD_OF_SERVICE in roles and area in self.standing_in:
            return True
        here = {Scope.AUDIT: audit, Scope.AREA: area, Scope.PRACTITIONER: practitioner, Scope.TEAM: team}
        for g in self.grants:
            if g.role in roles and (g.kind in NATIONWIDE or (g.scope == here[g.kind] and g.scope != "")):
                return True
        return False

    def holds(self, *roles: Role) -> bool:
        """Say whether the person holds one of the roles anywhere."""
        return any(g.role in roles for g in self.grants)

    def areas(self, role: Role) -> frozenset[str]:
        """Return the codes of the service areas in which the person holds the role, or stands in for whoever should."""
        held = frozenset(g.scope for g in self.grants if g.role is role and g.kind is Scope.AREA)
        return held | self.standing_in if role is Role.HEAD_OF_SERVICE else held

    def audits(self, *roles: Role) -> frozenset[str]:
        """Return the references of the audits for which the person holds one of the roles by name."""
        return frozenset(g.scope for g in self.grants if g.role in roles and g.kind is Scope.AUDIT)

    @property
    def practitioners(self) -> frozenset[str]:
        """Return the ids under which the person's own cases are known: what they may read as a practitioner."""
        return frozenset(g.scope for g in self.grants if g.role is Role.PRACTITIONER)

    @property
    def teams(self) -> frozenset[int]:
        """Return the numbers of the teams of which the person is the service manager."""
        return frozenset(int(g.scope) for g in self.grants if g.role is Role.SERVICE_MANAGER)

    def nationwide(self, *roles: Role) -> bool:
        """Say whether the person holds one of the roles for the nation."""
        return any(g.role in roles and g.kind in NATIONWIDE for g in self.grants)


def may_be_granted(role: Role, kind: Scope) -> str | None:
    """Return the sentence that refuses a role with a scope in which it makes no sense."""
    if kind in SCOPES[role]:
        return None
    allowed = {
        Scope.NATION: "the nation",
        Scope.AREA: "a service area",
        Scope.AUDIT: "one audit",
        Scope.PRACTITIONER: "one practitioner",
        Scope.TEAM: "a team",
        Scope.REGION: "a region",
    }
    return f"{role.label} is held for {' or '.join(allowed[k] for k in SCOPES[role])}, not for {allowed[kind]}."


def stood_in_for(own: Collection[Grant], areas: Mapping[str, str], every: Collection[Grant]) -> frozenset[str]:
    """Return for which areas without a head an assistant director stands in, by what they hold themselves.

    `areas` has the region of each area without a head, empty where it is in none; `every` is what all who can sign in
    hold. Whoever has a region stands in for its areas, whoever has none for all. An area of which nobody else would
    be asked is all the assistant directors': what may concern a child's safety waits for no region.
    """
    mine, theirs = ({g.scope for g in some if g.role is Role.ASSISTANT_DIRECTOR} for some in (own, every))
    if not mine:
        return frozenset()
    everywhere = {g.scope for g in own if g.role is Role.ASSISTANT_DIRECTOR and g.kind is Scope.NATION}
    asked = theirs if "" not in theirs else {*theirs, *areas.values()}
    return frozenset(a for a, region in areas.items() if everywhere or region in mine or region not in asked)


def area_key(code: str) -> tuple[object, ...]:
    """Return the usual order of areas: A2 before A10, and A15 Public before A15 Private as Figure 3 has them."""
    parts = re.split(r"([0-9]+)", code)
    halves = {" public": "0", " private": "1"}
    # Numbers are compared by length and then as text: other digits are no numbers, and long ones no work.
    numbers = (p.lstrip("0") if p.isascii() and p.isdigit() else None for p in parts)
    return tuple(
        (1, 0, halves.get(p.casefold(), "2" + p.casefold())) if n is None else (0, len(n), n)
        for p, n in zip(parts, numbers, strict=True)
    )
