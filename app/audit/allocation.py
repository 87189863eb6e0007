"""Shares cases out among improvement managers: balanced by law type and load, at random within that."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.errors import Conflict


@dataclass(frozen=True, slots=True)
class ToAllocate:
    """A case as far as its allocation goes."""

    id: int
    area: str
    law_type: str


def allocate(cases: Sequence[ToAllocate], auditors: Collection[int], *, barred: Collection[tuple[int, str]], seed: str) -> dict[int, int]:
    """Return the auditor of each case, by the case's id.

    Cases are taken law type by law type in an order that the seed fixes, and each goes to the auditor
    with the fewest cases of that law type, then the fewest in all, then by a ticket. So nobody chooses who
    grades what, which the severity statistics rely on (statistics.md section 5). `barred` holds
    (auditor, area) pairs of declared interest. Raises Conflict where a case has nobody left.
    """
    by_law: Counter[tuple[int, str]] = Counter()
    load: Counter[int] = Counter()
    result: dict[int, int] = {}
    for case in sorted(cases, key=lambda c: (c.law_type, _ticket(seed, "case", c.id))):
        eligible = [a for a in auditors if (a, case.area) not in barred]
        if not eligible:
            raise Conflict(f"Nobody is left to grade cases of {case.area}: every improvement manager has an interest there.")
        chosen = min(eligible, key=lambda a: (by_law[a, case.law_type], load[a], _ticket(seed, str(case.id), a)))
        by_law[chosen, case.law_type] += 1
        load[chosen] += 1
        result[case.id] = chosen
    return result


def _ticket(seed: str, kind: str, label: int) -> bytes:
    return hashlib.sha256(f"casework-allocation/1\n{seed}\n{kind}\n{label}".encode()).digest()
