"""Imported results against figures computed independently, on the reference audit and on files of odd mixes."""

import csv
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.audit.library.queries import document, threshold
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.report.actions import figures_of
from app.sampling.columns import Allowed
from app.sampling.commands import EVER
from app.sampling.reading import read_frame
from tests.earlier import independent
from tests.report.figures.test_figures import DATA, GIVEN, KEYS, RIGHT
from tests.world import FRAME_HEAD, World

AREAS = ("A1", "A2", "A9", "A10", "A15 Public", "A15 Private", "North")
LAWS = ("PUBLIC", "WAFH", "WTFH")
LABELS = ("Good", "Met", "Not Met")
REFS = count(1)


def test_the_independent_figures_are_those_of_the_reference_audit() -> None:
    with (DATA / "audited_cases.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    areas = RIGHT["service_area_order"]
    found = independent.figures_of(
        rows, areas=areas, laws=LAWS, targets=GIVEN["targets"], comparators=GIVEN["comparators"]
    )
    assert {k: found[k] for k in KEYS} == {k: RIGHT[k] for k in KEYS}
    with (DATA / "frame.csv").open(encoding="utf-8") as file:
        filings = list(csv.DictReader(file))
    people = list({r["practitioner_id"]: r | {"law_type": r["stratum_law_type"]} for r in filings}.values())
    near(
        RIGHT,
        independent.statistics_of(
            rows, areas=areas, laws=LAWS, targets=GIVEN["targets"], frame=people, filings=len(filings)
        ),
    )


@dataclass(frozen=True)
class Mix:
    """How odd a file is: its length, its seed, how often what comes, and whether it says if a reason was recorded."""

    rows: int
    seed: int
    areas: Sequence[str]
    laws: Sequence[str]
    grades: Sequence[int]
    trouble: float
    reasons: bool
    targets: dict[str, int] | None
    close: bool
    comparators: Sequence[dict[str, Any]]
    frame: Sequence[tuple[str, str]]
    framed: bool
    auditors: Sequence[str]
    benchmarks: float


def few(things: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(things), min_size=1, unique=True)


PERCENT = st.integers(0, 100)
SCOPES = st.one_of(
    st.tuples(st.just("overall"), st.none()),
    st.tuples(st.just("law_type"), st.sampled_from(LAWS)),
    st.tuples(st.just("service_area"), st.sampled_from(AREAS)),
    st.tuples(st.just("area_law_type"), st.tuples(st.sampled_from(AREAS), st.sampled_from(LAWS)).map(list)),
)
COMPARATORS = st.builds(
    lambda n, measure, scope, value: {
        "id": f"c{n}",
        "measure": measure,
        "scope": scope[0],
        "scope_value": scope[1],
        "value": value,
        "when": "2013-09",
    },
    st.integers(0, 99),
    st.sampled_from(["good", "met", "not_met", "children_not_seen"]),
    SCOPES,
    st.none() | PERCENT | st.sampled_from([0.5, 48.5, 4.9, 99.5]),
)
MIXES = st.builds(
    Mix,
    rows=st.sampled_from([1, 2, 7, 150, 150, 300]),
    seed=st.integers(0, 2**32),
    areas=few(AREAS),
    laws=few(LAWS),
    grades=st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any),
    trouble=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    reasons=st.booleans(),
    targets=st.none() | st.fixed_dictionaries({"good_percent": PERCENT, "not_met_percent": PERCENT}),
    close=st.booleans(),
    comparators=st.lists(COMPARATORS, max_size=6, unique_by=lambda c: c["id"]),
    frame=st.lists(st.tuples(st.sampled_from(AREAS), st.sampled_from(LAWS)), max_size=3),
    framed=st.booleans(),
    auditors=few(("", "IM01", "IM02", "IM03", "Who?")),
    benchmarks=st.sampled_from([0.0, 0.1, 1.0]),
)


def targets_of(mix: Mix, rows: Sequence[dict[str, str]]) -> dict[str, int] | None:
    """Return the targets; close ones are what an area prints, so that only its exact share decides."""
    if not mix.close:
        return mix.targets
    theirs = independent.grades([r for r in rows if r["service_area"] == rows[0]["service_area"]])
    return {"good_percent": theirs["good"]["percent"], "not_met_percent": theirs["not_met"]["percent"]}


def rows_of(mix: Mix) -> list[dict[str, str]]:
    """Return the rows of a file, in the words of its dictionary."""
    r = random.Random(mix.seed)
    return [row_of(mix, r, n) for n in range(mix.rows)]


def row_of(mix: Mix, r: random.Random, n: int) -> dict[str, str]:
    def yes(chance: float) -> bool:
        return r.random() < chance

    law = r.choice(mix.laws)
    [first] = r.choices(LABELS, mix.grades)
    seen = r.choice(["seen", "not_seen", "unclear"]) if law != "WTFH" else "not_applicable"
    challenged = first == "Not Met" and yes(mix.trouble)
    challenge = r.choice(["agreed_not_met", "unchanged", "regraded_to_met", "regraded_to_good"]) if challenged else ""
    after = {"regraded_to_met": "Met", "regraded_to_good": "Good"}.get(challenge, first)
    adjudicated = challenged and yes(mix.trouble)
    adjudication = (
        r.choice(["unchanged", *(f"regraded_to_{x.lower().replace(' ', '_')}" for x in LABELS if x != after)])
        if adjudicated
        else ""
    )
    final = {"regraded_to_good": "Good", "regraded_to_met": "Met", "regraded_to_not_met": "Not Met"}.get(
        adjudication, after
    )
    referral = yes(mix.trouble / 5)
    return {
        "case_id": f"C{n}",
        "practitioner_id": f"P{n}",
        "service_area": r.choice(mix.areas),
        "law_type": law,
        "employment": r.choice(["employed", "employed", "agency"]),
        "first_grade": first,
        "final_grade": final,
        "children_seen": seen,
        "not_seen_reason_recorded": r.choice(["yes", "no"]) if mix.reasons and seen == "not_seen" else "",
        "returned_to_area": "yes" if first == "Not Met" else "no",
        "challenged": "yes" if challenged else "no",
        "challenge_outcome": challenge,
        "adjudicated": "yes" if adjudicated else "no",
        "adjudication_outcome": adjudication,
        "referral_needed": "yes" if referral else "no",
        "strengths": ";".join(r.choices(["S-GEN-1", "S-GEN-2", "S-PUB-1"], k=r.randrange(4))),
        "learning_points": ";".join(r.choices(["L-REC-1", "L-PLA-1"], k=r.randrange(4))),
        "auditor_id": r.choice(mix.auditors),
        "performance_band": r.choice(["B1", "B2"]),
        "benchmark_lead_grade": r.choice([first, first, *LABELS]) if yes(mix.benchmarks) else "",
        "benchmark_independent_grade": r.choice([first, first, *LABELS]) if yes(mix.benchmarks / 2) else "",
    }


CLOSED = (
    "law_type",
    "employment",
    "first_grade",
    "final_grade",
    "children_seen",
    "not_seen_reason_recorded",
    "challenge_outcome",
    "adjudication_outcome",
)


def file_of(mix: Mix, rows: Sequence[dict[str, str]]) -> bytes:
    """Return the file as people write it: closed lists in any case, with spaces or hyphens."""
    r = random.Random(mix.seed)
    hands = (
        str.upper,
        str.lower,
        str.capitalize,
        lambda w: w.replace("_", " "),
        lambda w: w.replace("_", "-"),
        lambda w: w,
    )
    names = [name for name in rows[0] if mix.reasons or name != "not_seen_reason_recorded"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({k: r.choice(hands)(v) if k in CLOSED else v for k, v in row.items()} for row in rows)
    return out.getvalue().encode()


def people_of(mix: Mix, rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return a frame's practitioners: those audited and as many again, or a few unrelated to them."""
    if mix.framed:
        return [*rows, *rows]
    return [
        {"service_area": area, "law_type": law, "performance_band": "B1", "employment": "employed"}
        for area, law in mix.frame
    ]


def near(found: Any, right: Any, where: str = "") -> None:
    """Compare figures, numbers of four decimals as closely as they are kept."""
    if isinstance(right, dict):
        kept = found if where else {k: found[k] for k in right}
        assert kept.keys() == right.keys(), where
        for key, value in right.items():
            near(found[key], value, f"{where}/{key}")
    elif isinstance(right, list):
        assert len(found) == len(right), where
        for place, (one, other) in enumerate(zip(found, right, strict=True)):
            near(one, other, f"{where}/{place}")
    elif isinstance(right, float):
        assert found == pytest.approx(right, abs=0.0002), where
    else:
        assert found == right, where


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mix=MIXES)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_imported_results_have_the_figures_of_their_file(world: World, mix: Mix) -> None:
    rows = rows_of(mix)
    targets = targets_of(mix, rows)
    people = people_of(mix, rows)
    filings = "".join(
        f"F{n},PF{n},{p['service_area']},{p['law_type']},{p['performance_band']},{p['employment']},2014-09-01,report\n"
        for n, p in enumerate(people)
    )
    frame = (
        read_frame(io.BytesIO((FRAME_HEAD + filings).encode()), Allowed((), ("public", "wafh", "wtfh"), (), EVER))
        if filings
        else None
    )
    with world.database.writing() as session:
        kept = threshold(session, "national-casework", "2014-10")
        reading = read_results(io.BytesIO(file_of(mix, rows)), document(kept))
        assert reading.problems == []
        given_targets = {"targets": targets, "comparators": mix.comparators}
        first, last = date(2014, 9, 1), date(2014, 10, 31)
        of = EarlierAudit(
            ref=f"MIX-{next(REFS)}",
            name="Mix",
            window_from=first,
            window_to=last,
            threshold=kept,
            targets=given_targets,
        )
        found = figures_of(session, import_results(session, of, reading.results, frame=frame))
    theirs, laws = ({r[column] for r in [*rows, *people]} for column in ("service_area", "law_type"))
    right = independent.figures_of(
        rows,
        areas=[a for a in AREAS if a in theirs],
        laws=[w for w in LAWS if w in laws],
        targets=targets,
        comparators=mix.comparators,
    )
    assert {k: found[k] for k in KEYS} == json.loads(json.dumps({k: right[k] for k in KEYS}))
    order = {"areas": found["service_area_order"], "laws": list(found["law_type"])}
    frame_of = {"frame": people, "filings": len(people)} if people else {"frame": None, "filings": None}
    near(found, independent.statistics_of(rows, **order, targets=targets, **frame_of))
