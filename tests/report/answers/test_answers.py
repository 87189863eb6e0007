"""Standards, reasons and facts: they add up, give nothing hidden away, and a thematic report answers every question."""

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.thresholds.document import SET_ASIDE, ThresholdDocument
from app.documents import MARKS, Document, Section, Sentences, Table, all_sections, shown, tables
from app.report.document.about import About
from app.report.document.sections import for_graders, sections
from app.report.enums import Edition
from app.report.figures.answers.agreeing import faults
from app.report.figures.answers.hidden import CONFIDENTIAL
from app.report.figures.answers.reasons import Ruled, reasons_of
from app.report.figures.answers.standards import JudgedAlike, cases_of, standards_of
from app.report.figures.counted_cases import Basis
from app.report.figures.disclosure import public_edition
from app.report.figures.hiding import ALL_ROWS
from app.report.reading.schemas import Figures
from tests.report.answers.random_answers import documents, judged_audit
from tests.report.document.test_sections import ABOUT

SEEDS = st.integers(0, 10_000)
NATIONAL, THEMATIC = "national-casework", [d for d in documents() if d.id.startswith("thematic")]


def about(document: ThresholdDocument, *, thematic: bool = False, edition: Edition = Edition.INTERNAL) -> About:
    asked = {law for s in document.standards() for law in s.law_types or ()}
    laws = {law: name for law, name in ABOUT.law_names.items() if law in asked}
    themes = {t.code: (t.label, t.practice_area) for t in document.learning_themes}
    return replace(ABOUT, law_names=laws, document=document, thematic=thematic, edition=edition, themes=themes)


def report(basis: Basis, figures: Mapping[str, Any], of: About) -> Document:
    return Document("R", "Report", "", [], "x", sections(basis, figures, of))


@cache
def national(seed: int = 6) -> tuple[Basis, dict[str, Any], ThresholdDocument]:
    document = next(d for d in documents() if d.id == NATIONAL)
    return (*judged_audit(seed, document), document)


def everywhere(found: Document) -> Iterator[str]:
    for _, section in all_sections(found):
        for block in section.blocks:
            if isinstance(block, Sentences):
                yield from block.sentences
            elif isinstance(block, Table):
                yield from (
                    shown(c, k.kind) for row in block.rows for c, k in zip(row.cells, block.columns, strict=True)
                )


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_tables_add_up_and_the_api_knows_all_of_it(seed: int) -> None:
    _, found = judged_audit(seed, most=80)
    assert list(faults(found)) == []
    for key in ("standards", "lowest_reasons", "facts"):
        broken = copy.deepcopy(found)
        _first_count(broken[key], 1)
        assert list(faults(broken)), key
    Figures.model_validate({**found, "moderation": None})


def _first_count(of: Any, more: int) -> bool:
    for key, value in of.items():
        if isinstance(value, int):
            of[key] = value + more
            return True
        if isinstance(value, dict) and _first_count(value, more):
            return True
    return False


def ways(of: Mapping[str, Any]) -> tuple[list[str], dict[str, int]]:
    """Return the rows of a table with its totals, and how many cases each row has."""
    rows = [law for law, t in of["law_type"].items() if t["asked"] - t.get("unanswered", 0)]
    known = {**{law: of["law_type"][law] for law in rows}, ALL_ROWS: of["overall"]}
    return rows, {row: t["asked"] - t.get("unanswered", 0) for row, t in known.items()}


def only_one(of: Mapping[str, Any], columns: list[str], cells: Any) -> set[tuple[str, str]]:
    """Return the hidden cells of a table that can be one number only, by whole-number programming over its sums."""
    import numpy as np  # noqa: PLC0415 - takes a second, which no other test has to wait for
    from scipy import optimize  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415

    rows, totals = ways(of)
    names = {(r, c): i for i, (r, c) in enumerate((r, c) for r in (*rows, ALL_ROWS) for c in columns)}
    sums: list[tuple[dict[int, int], float]] = []
    for row in (*rows, ALL_ROWS):
        sums.append(({names[row, c]: 1 for c in columns}, totals[row]))
        table = of["overall"] if row == ALL_ROWS else of["law_type"][row]
        sums += [({names[row, c]: 1}, n) for c in columns if isinstance(n := cells(table, c), int)]
    sums += [({**{names[r, c]: 1 for r in rows}, names[ALL_ROWS, c]: -1}, 0) for c in columns]
    matrix = np.zeros((len(sums), len(names)))
    for i, (terms, _) in enumerate(sums):
        for j, factor in terms.items():
            matrix[i, j] = factor
    known = optimize.LinearConstraint(matrix, [n for _, n in sums], [n for _, n in sums])
    found = set()
    for (row, c), at in names.items():
        table = of["overall"] if row == ALL_ROWS else of["law_type"][row]
        if cells(table, c) == CONFIDENTIAL:
            aim = np.zeros(len(names))
            aim[at] = 1
            ends = [
                optimize.milp(s * aim, constraints=known, integrality=np.ones(len(names))).x[at].round()
                for s in (1, -1)
            ]
            if ends[0] == ends[1]:
                found.add((row, c))
    return found


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_no_hidden_count_follows_from_what_the_public_edition_prints(seed: int) -> None:
    basis, found = judged_audit(seed, most=80)
    public = public_edition(found, basis)
    codes = list(basis.codes)
    for code, of in public.get("standards", {}).items():
        assert not only_one(of, [*codes, "set_aside"], lambda t, c: t[c]), code
        assert "service_area" not in of
        assert "degrees" not in of
    for code, of in public.get("facts", {}).items():
        answers = list(of["overall"]["answers"])
        if of["kind"] == "single":
            assert not only_one(of, answers, lambda t, c: t["answers"][c]), code
        else:
            assert CONFIDENTIAL not in str(of), code
    assert list(_small(public)) == []
    # A practice area is a sum of its standards: all of it is hidden where one of them hides anything.
    for code, area in public.get("practice_areas", {}).items():
        hides = any(CONFIDENTIAL in str(public["standards"][s]) for s in area["standards"])
        assert (CONFIDENTIAL in str(area)) >= hides, code


def _small(public: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in ("standards", "practice_areas", "facts", "lowest_reasons"):
        for code, of in public.get(name, {}).items():
            yield from ((f"{name}.{code}", n) for n in _counts(of) if 0 < n < 5)


def _counts(of: Any) -> Iterator[int]:
    for key, value in of.items() if isinstance(of, Mapping) else ():
        # Of how many it was asked, or could be judged, is no result; intervals are of counts that are shown.
        if key not in {"asked", "judged", "unanswered", "intervals"}:
            yield from [value] if isinstance(value, int) else _counts(value)


def test_the_attack_finds_a_planted_leak() -> None:
    laws = {
        "PUBLIC": {"good": CONFIDENTIAL, "met": 10, "set_aside": 0, "asked": 40},
        "WAFH": {"good": 30, "met": 10, "set_aside": 0, "asked": 40},
    }
    planted = {"overall": {"good": 60, "met": 20, "set_aside": 0, "asked": 80}, "law_type": laws}
    assert only_one(planted, ["good", "met", "set_aside"], lambda t, c: t[c]) == {("PUBLIC", "good")}


@pytest.mark.parametrize("document", THEMATIC, ids=lambda d: f"{d.id}-{d.version}")
@pytest.mark.parametrize("edition", list(Edition))
def test_a_thematic_report_answers_every_question_and_has_the_grade_last(
    document: ThresholdDocument, edition: Edition
) -> None:
    basis, found = judged_audit(6, document)
    result = public_edition(found, basis) if edition is Edition.PUBLIC else found
    made = report(basis, result, about(document, thematic=True, edition=edition))
    by_code = {section.code: section for _, section in all_sections(made)}
    for s in document.standards():
        answer = by_code[f"standard-{s.code}"]
        assert answer.title.endswith(s.question)
        assert any(isinstance(b, Sentences) and b.sentences for b in answer.blocks), s.code
    order = [section.code for section in made.sections]
    asked = [f"practice-area-{area.code}" for area in document.practice_areas]
    assert order[: len(asked) + 1] == ["introduction", *asked]
    assert order.index("findings") > order.index(asked[-1])
    there = {t.code for t in tables(made)}
    for fact in result.get("facts", {}):
        assert f"fact-{fact}" in there


def test_the_answer_says_level_meaning_count_share_and_interval() -> None:
    document = next(d for d in THEMATIC if d.id == "thematic-wafh-analysis")
    basis = Basis(tuple((level.code, level.label) for level in document.scale), ("A1",), ("wafh",))
    counts = Counter(
        {
            JudgedAlike("A1", "wafh", "ANA2", "evidenced", "none"): 41,
            JudgedAlike("A1", "wafh", "ANA2", "not_evidenced", "significant"): 19,
            JudgedAlike("A1", "wafh", "ANA3", SET_ASIDE): 60,
        }
    )
    _, found = judged_audit(3, document)
    law = {"WAFH": {**found["law_type"]["WAFH"], "total": 60}}
    more = standards_of(basis, document, counts, cases_of(basis, {"law_type": law}))
    made = report(basis, {**found, "facts": {}, "lowest_reasons": {}, **more}, about(document, thematic=True))
    said = list(everywhere(made))
    first = "In 41 of 60 cases (68%, 95% interval 56% to 79%), Evidenced: the file and the report show it plainly"
    assert any(s.startswith(first) for s in said)
    assert any("It was set aside in all 60 cases, so there is no answer." in s for s in said)
    table = next(t for t in tables(made) if t.code == "standards-tools")
    row = next(row for row in table.rows if row.cells[0] == "Research applied with care")
    assert "[z]" in row.cells
    assert "No case of this audit was asked this." in said


def test_the_report_has_the_tables_and_numbers_what_is_there() -> None:
    basis, found, document = national()
    made = report(basis, found, about(document))
    titles = [t.title for t in tables(made) if t.title.startswith("Figure ")]
    assert [title.split(".")[0] for title in titles] == [f"Figure {n}" for n in range(1, len(titles) + 1)]
    there = {t.code for t in tables(made)}
    assert {"rules", "critical-standards", "degrees", "laws-safeguarding", "areas-safeguarding"} <= there
    for table in tables(made):
        assert all(isinstance(c, int | float) or c for row in table.rows for c in row.cells), table.code
        assert len(table.code) < 60
    public = report(basis, public_edition(found, basis), about(document, edition=Edition.PUBLIC))
    assert not any(t.code.startswith("areas-") for t in tables(public))


def test_a_frozen_report_has_the_same_tables_as_one_that_is_not_frozen() -> None:
    """Frozen figures have their keys in the order of the alphabet; those of before have no degrees and no intervals."""
    basis, found, document = national()
    found = {**found, "service_area_order": list(reversed(found["service_area_order"]))}
    frozen = json.loads(json.dumps(found, sort_keys=True))
    live, kept = (list(tables(report(basis, f, about(document)))) for f in (found, frozen))
    assert live == kept
    for of in (*frozen["standards"].values(), *frozen["practice_areas"].values()):
        for key in ("degrees", "intervals", "standards"):
            of.pop(key, None)
    older = {k: v for k, v in frozen.items() if k not in {"lowest_reasons", "facts"}}
    for edition, result in ((Edition.INTERNAL, older), (Edition.PUBLIC, public_edition(older, basis))):
        there = {t.code for t in tables(report(basis, result, about(document, edition=edition)))}
        assert "standards-safeguarding" in there
        assert "degrees" not in there


def test_who_still_grades_sees_none_of_it() -> None:
    basis, found, document = national()
    for thematic in (False, True):
        whole = report(basis, found, about(document, thematic=thematic))
        seen = for_graders(whole)
        codes = {section.code for _, section in all_sections(seen)}
        assert not {c for c in codes if c.startswith(("standard", "reasons", "fact", "practice-area"))}
        assert not any(t.code.startswith(("standards-", "laws-", "areas-", "fact-", "rules")) for t in tables(seen))


def test_a_document_without_critical_standards_or_facts_has_no_such_table() -> None:
    document = next(d for d in documents() if d.id == NATIONAL)
    plain = document.model_copy(
        update={
            "facts": (),
            "practice_areas": tuple(
                area.model_copy(
                    update={"standards": tuple(s.model_copy(update={"critical": False}) for s in area.standards)}
                )
                for area in document.practice_areas
            ),
        }
    )
    basis, found = judged_audit(6, plain)
    assert "facts" not in found
    assert found["lowest_reasons"]["critical"] == {}
    there = {t.code for t in tables(report(basis, found, about(plain)))}
    assert "critical-standards" not in there
    assert "rules" in there


def test_a_critical_standard_that_is_alone_is_counted_apart_and_departures_too() -> None:
    document = next(d for d in documents() if d.id == NATIONAL)
    cases = {
        Ruled("critical-not-met", "not_met", frozenset({"SAF1"})): 3,
        Ruled("critical-not-met", "met", frozenset({"SAF1", "SAF2"})): 1,
        Ruled("otherwise-met", "met"): 6,
        Ruled("", "good"): 2,
    }
    found = reasons_of(document, cases)["lowest_reasons"]
    assert found["rules"]["critical-not-met"] == {"grade": "not_met", "cases": 4, "graded_otherwise": 1}
    assert found["critical"]["cases"] == 4
    assert found["critical"]["standards"]["SAF1"] == {"lowest": 4, "only": 3}
    assert found["critical"]["standards"]["SAF2"] == {"lowest": 1, "only": 0}
    assert found["departures"] == {"cases": 1, "from_to": {"not_met:met": 1}}
    assert found["without_rule"] == {"good": 2}


def test_a_text_refers_to_a_figure_by_its_code() -> None:
    basis, found, document = national()
    said = replace(about(document), prose={"conclusion": "See {figure.rules} and {figure.grades-by-region}."})
    made = report(basis, found, said)
    number = next(t.title for t in tables(made) if t.code == "rules").split(".")[0]
    conclusion: Section = next(s for _, s in all_sections(made) if s.code == "conclusion")
    assert f"See {number} and [x]." in str(conclusion.blocks)
    assert "[x]" in MARKS
