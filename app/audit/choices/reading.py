"""Reads a file that says who grades which case; every problem is named by row."""

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from app.audit.allocation.actions import Choice
from app.audit.allocation.rules import Graders
from app.audit.models import AuditCase
from app.audit.rules import CASE
from app.people.rules import Viewer
from app.tables.problems import Problems
from app.tables.reading import Expected, read_table

NEEDED = ("case_ref", "practitioner_id", "auditor")
ALIASES = {"auditor_email": "auditor", "email": "auditor", "case": "case_ref", "practitioner": "practitioner_id"}
EXPECTED = Expected(NEEDED, (), ALIASES)
LARGEST = 5 * 1024 * 1024


def read_choices(
    file: BinaryIO, cases: Sequence[AuditCase], people: Mapping[str, Viewer], graders: Graders
) -> tuple[list[Choice], Problems]:
    """Return the choices of a file that differ from who has the cases now, and what is wrong with it."""
    table = read_table(file, EXPECTED, largest=LARGEST)
    there = {(c.case_ref, c.practitioner_id): c for c in cases}
    found: dict[int, Choice] = {}
    for row in table.rows():
        if row.faulty:
            continue
        values = row.values
        case, person = (
            there.get((values["case_ref"], values["practitioner_id"])),
            people.get(values["auditor"].casefold()),
        )
        wrong = _wrong(case, person, graders)
        if case is not None and case.id in found and wrong is None:
            wrong = ("case_ref", "This case is in the file twice.", "Each case once")
        if wrong:
            column, sentence, allowed = wrong
            table.problems.add("E-CHOICE", sentence, allowed, row=row.number, column=column, value=values[column])
        elif case is not None and person is not None:
            found[case.id] = Choice(case.id, case.auditor_id or 0, person.id)
    return [c for c in found.values() if c.to != c.was], table.problems


NO_SUCH_CASE = (
    "case_ref",
    "This audit has no such case of this practitioner.",
    "Cases of the sample, with their practitioner",
)
SUBMITTED = (
    "case_ref",
    "This case has been submitted or replaced, so it stays where it is.",
    "Cases that are not submitted",
)
NOBODY = (
    "auditor",
    "Nobody with this address is an improvement manager on this audit who can sign in.",
    "Addresses as on the ‘Allocation’ page",
)


def _wrong(case: AuditCase | None, person: Viewer | None, graders: Graders) -> tuple[str, str, str] | None:
    """Return (column, what is wrong, what is allowed), or None."""
    if case is None:
        return NO_SUCH_CASE
    if case.state not in CASE["replace"].sources:
        return SUBMITTED
    if person is None:
        return NOBODY
    refusal = graders.refusal(person.id, case)
    return ("auditor", refusal, "Somebody without an interest in the case") if refusal else None
