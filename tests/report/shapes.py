"""Audits of extreme shapes and random ones, as results of an earlier audit that the product brings in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import count
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.audit.library.queries import document, threshold
from app.audit.models import Audit
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.report.actions import basis_of, figures_text
from app.report.cases import queries as case_queries
from app.report.figures.all_figures import figures
from app.report.figures.counted_cases import SampleFacts
from app.report.figures.moderation import moderation_figures
from app.report.queries import publication
from app.sampling.columns import Allowed
from app.sampling.reading import read_frame

WINDOW = (date(2014, 9, 1), date(2014, 10, 31))
TARGETS = {"good_percent": 60, "not_met_percent": 14}
HEAD = (
    "case_id,practitioner_id,service_area,law_type,performance_band,employment,auditor_id,first_grade,final_grade,"
    "children_seen,not_seen_reason_recorded,benchmark_lead_grade,benchmark_independent_grade,returned_to_area,"
    "challenged,challenge_outcome,adjudicated,adjudication_outcome,referral_needed"
)
FRAME_HEAD = "case_id,practitioner_id,service_area,law_type,performance_band,employment,filing_date,document_type"
DOCUMENT = ("national-casework", "2014-10")
BACK = {"returned_to_area": "yes"}
REGRADED = {**BACK, "challenged": "yes", "challenge_outcome": "regraded_to_met"}
Case = Mapping[str, str]
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shape:
    """An audit: its cases as rows of a file, and what else is known of it.

    `more` is how many practitioners of the list of filings were not audited; None where there is no list. `sample` says
    how the cases were drawn.
    """

    cases: Sequence[Case]
    more: int | None = None
    targets: Mapping[str, int] | None = None
    sample: SampleFacts | None = None
    document: tuple[str, str] = DOCUMENT


def case(area: str = "A1", grade: str = "Good", **more: str) -> Case:
    """Return a case that was graded once, as a row."""
    law = more.get("law_type", "public")
    first = more.get("first_grade", grade)
    seen = {"children_seen": "not_applicable" if law == "wtfh" else "seen"}
    back = BACK if "Not Met" in {first, grade} else {}
    usual = {"law_type": law, "performance_band": "B1", "employment": "employed", "auditor_id": "IM1"}
    return {**usual, "service_area": area, "first_grade": first, "final_grade": grade, **seen, **back, **more}


def area(name: str, good: int, met: int, not_met: int, **more: str) -> list[Case]:
    """Return so many cases of an area at each grade."""
    return [
        case(name, grade, **more) for grade, n in (("Good", good), ("Met", met), ("Not Met", not_met)) for _ in range(n)
    ]


def _seconds(cases: Sequence[Case], grade: str, many: int) -> list[Case]:
    """Return cases, the first of which have a second grade."""
    return [{**c, "benchmark_lead_grade": grade} if n < many else c for n, c in enumerate(cases)]


def _mixed() -> list[Case]:
    """Return an ordinary small audit of three areas and law types."""
    return [
        *area("A1", 8, 3, 1),
        *area("A2", 9, 2, 2, law_type="wafh", employment="agency", auditor_id="IM2"),
        *area("A10", 6, 4, 1, law_type="wtfh", performance_band="B2"),
    ]


SAMPLE = SampleFacts(
    practitioners=36,
    filings=80,
    fraction="1",
    drawn=36,
    drawn_by_area={"A1": 12, "A2": 13, "A10": 11},
    replaced={},
    lost=0,
    added=0,
    missing={},
    receipt=dict.fromkeys(
        ("frame_sha256", "locked_at", "seed", "made_how", "drawn_at", "selection_sha256", "receipt_sha256"), "x"
    ),
)


def extreme() -> dict[str, Shape]:
    """Return audits of extreme shapes, by what is extreme."""
    one = [case()]
    changed = [case(a, "Met", first_grade="Not Met", **REGRADED) for a in ("A1", "A2") for _ in range(6)]
    half = replace(SAMPLE, practitioners=72, fraction="1/2")
    made: dict[str, Sequence[Case] | Shape] = {
        "one case": one,
        "one case of everybody": Shape(one, more=0),
        "one area": area("A1", 8, 3, 2),
        "one grade": [*area("A1", 12, 0, 0), *area("A2", 11, 0, 0)],
        "one second grade": _seconds(_mixed(), "Good", 1),
        "second grades alike": _seconds(area("A1", 12, 2, 1), "Good", 9),
        "second grades of one case, another grade": _seconds(one, "Not Met", 1),
        "areas of 1 to 9 cases": [c for n in range(1, 10) for c in area(f"A{n}", n - n // 3, n // 3, 0)],
        "nobody benchmarked": _mixed(),
        "all re-graded": changed,
        "ties": [*area("A1", 6, 4, 2), *area("A2", 6, 4, 2), *area("A3", 3, 2, 1)],
        "exactly at the targets": [*area("A1", 30, 13, 7), *area("A2", 30, 13, 7)],
        "just off the targets": [*area("A1", 119, 52, 29), *area("A2", 597, 262, 141)],
        "everybody audited": Shape(_mixed(), more=0, sample=SAMPLE),
        "everybody alike": Shape([case() for _ in range(30)], more=30),
        "areas of one case": [case(f"A{n}", ("Good", "Met", "Not Met")[n % 3]) for n in range(1, 21)],
        "a law type of one case": [*area("A1", 10, 4, 2), case("A1", "Not Met", law_type="wafh")],
        "work to first hearing only": area("A1", 9, 2, 1, law_type="wtfh"),
        "all Not Met": [*area("A1", 0, 0, 12), *area("A2", 0, 0, 3)],
        "none Not Met": [*area("A1", 9, 3, 0), *area("A2", 4, 8, 0)],
        "two bands": [*area("A1", 9, 3, 1), *area("A1", 4, 8, 1, performance_band="B2")],
        "replaced": Shape(_mixed(), more=36, sample=replace(half, replaced={"sealed": 1}, lost=1, missing={"A1": 2})),
        "all replaced": Shape(_mixed(), more=36, sample=replace(half, replaced={"sealed": 36}, missing={"A1": 12})),
        "hidden counts": [*area("A1", 40, 12, 3), *area("A2", 30, 14, 6), *area("A3", 25, 20, 8, employment="agency")],
        "agency staff only": area("A1", 9, 3, 1, employment="agency"),
        "adjudicated": [
            case(
                "A1",
                "Not Met",
                **REGRADED | {"challenge_outcome": "agreed_not_met"},
                adjudicated="yes",
                adjudication_outcome="agreed_not_met",
            ),
            *area("A1", 3, 1, 0),
        ],
        "not seen": [case("A1", "Good", children_seen="not_seen", not_seen_reason_recorded="no") for _ in range(12)],
        "very different areas": [*area("A1", 60, 5, 0), *area("A2", 10, 20, 30), *area("A3", 55, 10, 1)],
        "names that need care": [*area("Ynys Môn Ŵŷ", 5, 3, 1), *area("1% & <b>", 4, 4, 4)],
        "another scale": Shape(
            [
                {**case(grade=g), "children_seen": "", **(BACK if g == "Not-evidenced" else {})}
                for g in ("Evidenced", "Evidenced", "Not-evidenced")
            ],
            document=("thematic-iro-liaison", "2015"),
        ),
    }
    return {name: of if isinstance(of, Shape) else Shape(of, targets=TARGETS) for name, of in made.items()}


def random_shape(chance: Random) -> Shape:
    """Return a random audit of 1 to 400 cases."""
    areas = [f"A{n}" for n in range(1, chance.randint(1, 24) + 1)]
    laws = chance.sample(("public", "wafh", "wtfh"), chance.randint(1, 3))
    best, lowest = chance.choice((0.0, 0.3, 0.65, 0.95, 1.0)), chance.choice((0.0, 0.05, 0.2, 1.0))
    cases = [
        _random(chance, chance.choice(areas), chance.choice(laws), best, lowest)
        for _ in range(chance.choice((chance.randint(1, 12), chance.randint(1, 60), chance.randint(1, 400))))
    ]
    targets = chance.choice((None, TARGETS, {"good_percent": chance.randint(0, 100), "not_met_percent": 0}))
    return Shape(cases, more=chance.choice((None, 0, len(cases), 1)), targets=targets)


def _random(chance: Random, where: str, law: str, best: float, lowest: float) -> Case:
    def drawn() -> str:
        return "Good" if chance.random() < best else "Not Met" if chance.random() < lowest else "Met"

    first = final = drawn()
    more: dict[str, str] = {}
    if first == "Not Met" and chance.random() < 0.5:
        more = {**REGRADED, "adjudicated": chance.choice(("", "no"))}
        final = "Met"
    for who in ("lead", "independent"):
        if chance.random() < 0.1:
            more[f"benchmark_{who}_grade"] = drawn()
    if law != "wtfh" and chance.random() < 0.2:
        more |= {"children_seen": "not_seen", "not_seen_reason_recorded": chance.choice(("yes", "no"))}
    staff = "agency" if chance.random() < 0.1 else "employed"
    by = f"IM{chance.randint(1, 5)}"
    return case(where, final, law_type=law, employment=staff, auditor_id=by, first_grade=first, **more)


def _rows(of: Sequence[Case]) -> Iterator[str]:
    heads = HEAD.split(",")
    for n, row in enumerate(of, 1):
        yield ",".join({**row, "case_id": f"C{n}", "practitioner_id": f"P{n}"}.get(head, "") for head in heads)


def results_file(shape: Shape) -> bytes:
    """Return an audit's cases as a file of results."""
    return "\n".join([HEAD, *_rows(shape.cases), ""]).encode()


def frame_file(shape: Shape) -> bytes:
    """Return the list of filings: one of each audited practitioner, and of those who were not audited."""
    people = [*shape.cases, *(shape.cases[n % len(shape.cases)] for n in range(shape.more or 0))]
    keys = ("service_area", "law_type", "performance_band", "employment")
    rows = [f"C{n},P{n},{','.join(p[key] for key in keys)},2014-09-15,report" for n, p in enumerate(people, 1)]
    return "\n".join([FRAME_HEAD, *rows, ""]).encode()


def brought_in(session: Session, shape: Shape, file: bytes | None = None) -> Audit:
    """Bring an audit in, as `casework-audit import-results` does, and say how its cases were drawn."""
    kept = threshold(session, *shape.document)
    reading = read_results(BytesIO(file or results_file(shape)), document(kept))
    assert reading.problems == [], reading.problems[:3]
    frame = None
    if shape.more is not None:
        frame = read_frame(BytesIO(frame_file(shape)), Allowed((), ("public", "wafh", "wtfh"), (), WINDOW))
        assert frame.problems == [], frame.problems[:3]
    of = EarlierAudit(
        ref=f"SHAPE-{next(_numbers)}",
        name="An audit",
        window_from=WINDOW[0],
        window_to=WINDOW[1],
        threshold=kept,
        targets={"targets": shape.targets, "comparators": []} if shape.targets else None,
    )
    audit = import_results(session, of, reading.results, frame=frame)
    if shape.sample is not None:
        _drawn(session, audit, shape.sample)
    return audit


def _drawn(session: Session, audit: Audit, sample: SampleFacts) -> None:
    """Freeze an audit's figures with how its cases were drawn, which results do not tell."""
    frozen = publication(session, audit)
    assert frozen is not None
    basis = replace(basis_of(session, audit), sample=sample)
    result: dict[str, Any] = figures(basis, case_queries.graded_cases(session, audit))
    stages = result["bridge"]["stages"]
    result["moderation"] = moderation_figures(case_queries.moderated(session, audit), stages)
    frozen.figures = figures_text(result)
    session.flush()
