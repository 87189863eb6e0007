"""What a case that is added by hand has to agree with: the locked list of filings says who works where. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from app.clock import day
from app.labels import listed
from app.people.kinds import Kinds, KindsOfWork
from app.sampling.population import Filing
from app.tables.alike import folded
from app.tables.cells import identifier_fault

# The fields of a practitioner that are the same in every row of the list, how the list is quoted, and the list of kinds
# that says what a code is called.
_OF_THE_PERSON = {
    "area": ("service_area", "works in {}", ""),
    "performance_band": ("performance_band", "is in band {}", "bands"),
    "employment": ("employment", "is {} staff", "employment"),
}


def differences(wanted: Filing, locked: Iterable[Filing], kinds: KindsOfWork) -> Mapping[str, str]:
    """Return how a case differs from the locked list: a sentence for each field of the form that is not as in it."""
    of_person: list[Filing] = []
    of_case: list[Filing] = []
    people: set[str] = set()
    for filing in locked:
        people.add(filing.practitioner_id)
        if filing.practitioner_id == wanted.practitioner_id:
            of_person.append(filing)
        if filing.case_ref == wanted.case_ref:
            of_case.append(filing)
    found = dict(_of_the_identifiers(wanted, people if not of_person else ()))
    found |= dict(_of_the_person(wanted, of_person[:1], kinds))
    return found | dict(_of_the_case(wanted, of_case, kinds.law_types))


def _of_the_identifiers(wanted: Filing, people: Iterable[str]) -> Iterator[tuple[str, str]]:
    near = [key for key in people if folded(key) == folded(wanted.practitioner_id)]
    if near:
        yield "practitioner_id", f"The locked list has {listed(sorted(near))}. Write it as it stands there"
    for name in ("case_ref", "practitioner_id"):
        fault = identifier_fault(getattr(wanted, name))
        if fault:
            _, wrong, allowed = fault
            yield name, f"{wrong} Enter: {allowed[0].lower()}{allowed[1:]}"


def _of_the_person(wanted: Filing, known: Sequence[Filing], kinds: KindsOfWork) -> Iterator[tuple[str, str]]:
    for person in known:
        for name, (column, words, which) in _OF_THE_PERSON.items():
            there = getattr(person, column)
            if there and there != getattr(wanted, column):
                said = words.format(kinds.of(which).low(there) if which else there)
                yield name, f"By the locked list, practitioner {wanted.practitioner_id} {said}"


def _of_the_case(wanted: Filing, known: Sequence[Filing], kinds: Kinds) -> Iterator[tuple[str, str]]:
    whose = sorted({filing.practitioner_id for filing in known})
    if whose and wanted.practitioner_id not in whose:
        yield "case_ref", f"In the locked list this case stands under practitioner {listed(whose)}"
        return
    own = [filing for filing in known if filing.practitioner_id == wanted.practitioner_id]
    laws = sorted({filing.law_type for filing in own})
    if own and wanted.law_type not in laws:
        words = listed([*kinds.names(laws).values()])
        yield "law_type", f"In the locked list this case is {words}"
    days = sorted({filing.filed_on for filing in own if filing.law_type == wanted.law_type})
    if days and wanted.filed_on not in days:
        words = listed([day(date.fromisoformat(iso)) for iso in days])
        yield "filed_on", f"In the locked list this case was filed on {words}"
