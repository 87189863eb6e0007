"""Who and what stands in for a drawn case, and the order of the reserves (sampling.md section 10). Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.sampling.draw import Draw, case_of, ticket
from app.sampling.population import Filing, Population, population_of


class Reason(StrEnum):
    """Why a drawn case cannot be audited."""

    SEALED = "sealed"
    MISFILED = "misfiled"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    LEFT = "left"
    LONG_ABSENCE = "long-absence"


# About the case alone: the same practitioner can still be audited on another one.
ABOUT_THE_CASE = frozenset({Reason.SEALED, Reason.MISFILED, Reason.NOT_FOUND, Reason.CONFLICT})
REASON_LABELS = {
    Reason.SEALED: "The file is sealed by the court",
    Reason.MISFILED: "The filing was recorded wrongly, so the case does not belong in this sample",
    Reason.NOT_FOUND: "The file cannot be found",
    Reason.CONFLICT: "The case is the subject of a complaint, an appeal or another inquiry",
    Reason.LEFT: "The practitioner has left",
    Reason.LONG_ABSENCE: "The practitioner is on long-term absence",
}
STEP_LABELS = {
    "R0": "The same practitioner’s next most recent case of the same law type",
    "R1": "The next ticket of the same service area, law type and performance band",
    "R2": "The next ticket of the same service area and law type",
    "R3": "The next ticket of the same service area",
    "R4": "Nobody is left in the service area",
}


def steps_in(bands: Collection[str]) -> Mapping[str, str]:
    """Return what each step is called in an audit with these bands; without any, the first two are one."""
    return STEP_LABELS if bands else {**STEP_LABELS, "R1": STEP_LABELS["R2"]}


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a case in the draw: the stratum of the case first drawn, and whose work of which law type it is."""

    service_area: str
    law_type: str
    performance_band: str
    practitioner_id: str
    own_law_type: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """What stands in: the step of the rule, the filing (None where nobody is left), and the practitioner's ticket."""

    step: str
    filing: Filing | None
    ticket: str


def stand_in(
    filings: Sequence[Filing],
    place: Place,
    reason: Reason,
    *,
    used: Collection[str],
    spent: Collection[str],
    seed: str,
    law_rule: str,
) -> StandIn:
    """Return what stands in for a case, by the first step that finds somebody.

    `filings` are those of the place's service area; `used` are the practitioners who were drawn or stood in already,
    `spent` the cases that were in the sample at any time.
    """
    if reason in ABOUT_THE_CASE:
        another = _next_case(filings, place, spent, seed)
        if another is not None:
            return StandIn("R0", another, ticket(seed, "practitioner", place.practitioner_id).hex())
    people = population_of(f for f in filings if f.practitioner_id not in used and f.case_ref not in spent)
    for step, reserves in _steps(people, place, law_rule):
        chosen = min(reserves, key=lambda member: (ticket(seed, "practitioner", member[0]), member[0]), default=None)
        if chosen is not None:
            member, law = chosen
            return StandIn(step, case_of(people[member], law, seed), ticket(seed, "practitioner", member).hex())
    return StandIn("R4", None, "")


def _next_case(filings: Iterable[Filing], place: Place, spent: Collection[str], seed: str) -> Filing | None:
    """Return the same practitioner's next older case of a law type, of several the one of the smallest ticket."""
    theirs = [
        f
        for f in filings
        if (f.practitioner_id, f.law_type) == (place.practitioner_id, place.own_law_type) and f.case_ref not in spent
    ]
    if not theirs:
        return None
    last = max(f.filed_on for f in theirs)
    return min((f for f in theirs if f.filed_on == last), key=lambda f: ticket(seed, "case", f.case_ref))


def _steps(people: Population, place: Place, law_rule: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield steps R1 to R3 with their reserves, each a practitioner and the law type under which they stand in."""
    same_law = [(key, place.law_type) for key, person in people.items() if place.law_type in person.law_types(law_rule)]
    yield "R1", [(key, law) for key, law in same_law if people[key].performance_band == place.performance_band]
    yield "R2", same_law
    yield "R3", [(key, person.law_types("latest")[0]) for key, person in people.items()]


def reserves_of(result: Draw) -> dict[tuple[str, str, str], list[str]]:
    """Return, by area, law type and band and in ticket order, the candidates who were not drawn."""
    drawn = {d.filing.practitioner_id for d in result.drawn}
    found: dict[tuple[str, str, str], list[tuple[bytes, str]]] = defaultdict(list)
    for group in result.groups:
        left = [pair for pair in zip(group.tickets, group.members, strict=True) if pair[1] not in drawn]
        for law in group.stratum.law_types:
            found[group.stratum.area, law, group.stratum.band].extend(left)
    return {key: [member for _, member in sorted(members)] for key, members in sorted(found.items())}
