"""What would have made a standard the best level: which standards, in whose words, on the case's page and in a pack."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.enums import DecisionKind
from app.audit.grading.in_hand import JudgedRow
from app.audit.models import Assessment, Audit, AuditCase, Decision, Judgement
from app.audit.standing.better import below_best, worst_first
from app.audit.standing.rules import standing_judgements
from app.db import unsaved
from app.report.packs.cases import PackCase
from app.report.packs.sections import ON_THE_PAGE, each_case_section, examples_section
from tests.audit.standing.test_standing import NOW, settled
from tests.audit.thresholds.test_thresholds import DOCUMENTS
from tests.browser import plain
from tests.report.packs.test_pack_sections import BASIS, pack, words_of
from tests.world import World

NEW = DOCUMENTS["national-casework-2026.1"]
CODES = [s.code for s in NEW.standards()]
DECIDED = unsaved(Decision, id=1, kind=DecisionKind.ADJUDICATION, at=NOW)
LEVELS, DEGREES = [x.code for x in NEW.scale], [x.code for x in NEW.improvement_degrees]
ROWS = st.lists(
    st.builds(
        JudgedRow,
        st.sampled_from(CODES),
        st.sampled_from(LEVELS),
        st.sampled_from(DEGREES),
        st.just("Log, 3 October."),
        st.just(False),
        st.none(),
    ),
    unique_by=lambda row: row.standard,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(LEVELS), st.sampled_from([*DEGREES, None]))))
def test_each_standard_that_stands_below_the_best_is_there_and_no_other(
    first: list[JudgedRow], decided: list[tuple[str, str, str | None]]
) -> None:
    later = [settled(DECIDED, *row) for row in {row[0]: row for row in decided}.values()]
    standing = standing_judgements(first, later)
    for law in ("public", "wafh", "wtfh"):
        found = below_best(NEW, law, standing)
        there = [s.code for s in NEW.standards_for(law)]
        below = [code for code in there if code in standing and standing[code].level not in {"", "good"}]
        assert [b.standard.code for b in found] == below
        for b in found:
            assert (b.found, b.wanted) == (
                NEW.in_words(b.standard.descriptors[b.stands.level]),
                NEW.in_words(b.standard.descriptors["good"]),
            )
            assert b.example is not None
            assert b.example.level == "good"
        ordered = worst_first(found)
        assert sorted(b.standard.code for b in ordered) == sorted(below)
        assert all(a.standard.critical or not b.standard.critical for a, b in pairwise(ordered))


def test_what_was_decided_at_the_best_level_is_no_learning_any_more() -> None:
    first = [JudgedRow("PLA2", "met", "moderate", "Plan, entry 2.", False)]
    (only,) = below_best(NEW, "wafh", standing_judgements(first, ()))
    assert (only.level, only.degree, only.evidence) == ("Met", "Moderate", "Plan, entry 2.")
    assert not below_best(NEW, "wafh", standing_judgements(first, [settled(DECIDED, "PLA2", "good", "none")]))
    aside = [JudgedRow("SAF3", "", "", "Nothing called for it.", True)]
    assert not below_best(NEW, "wafh", standing_judgements(aside, ()))


def graded(world: World, grade: str) -> int:
    """Return a case of A1 with a grade."""
    with world.database.reading() as session:
        return session.scalars(
            select(AuditCase.id).where(AuditCase.area == "A1", AuditCase.standing_grade == grade)
        ).one()


def test_the_page_of_a_case_says_it_to_whoever_may_open_the_case(world: World) -> None:
    returned, good = graded(world, "not_met"), graded(world, "good")
    words = plain(world.browser("lead").get(f"/cases/{returned}").text)
    better = words[words.index("What would have made this Good") :]
    assert "1 standard stands below Good" in better
    document = DOCUMENTS["national-casework-2014-10"].standard("SAF1")
    for text in (
        document.title,
        document.descriptors["not_met"],
        document.descriptors["good"],
        "No check on file, 12 October.",
    ):
        assert text in better
    assert "What would have made this Good" not in world.browser("lead").get(f"/cases/{good}").text


def pack_case(number: int, *rows: JudgedRow) -> PackCase:
    case = unsaved(AuditCase, id=number, case_ref=f"C-{number}", law_type="wafh", standing_grade="met")
    case.audit = unsaved(Audit, imported=False)
    kept = unsaved(
        Assessment,
        judgements=[unsaved(Judgement, **row._asdict()) for row in rows],
        themes=[],
        strengths_note="",
        learning_note="",
    )
    return PackCase(case, kept, None, [], [], [])


def test_a_pack_says_it_of_each_case_and_gives_each_example_once_and_names_nobody() -> None:
    def met(code: str, evidence: str) -> JudgedRow:
        return JudgedRow(code, "met", "moderate", evidence, False)

    both = [pack_case(1, met("PLA2", "Plan, entry 2.")), pack_case(2, met("PLA2", "Mrs Smith said so."))]
    of = replace(pack(BASIS, {}, "A1"), document=NEW, cases=both)
    first, second = (" ".join(words_of(part)) for part in each_case_section(of).parts)
    assert "What would have made this Good:" in first
    asked = NEW.standard("PLA2")
    said = f"‘{asked.title}’ (Met, moderate): {asked.descriptors['met']} Good asks: {asked.descriptors['good']}"
    assert f"{said} Evidence: Plan, entry 2." in first
    assert f"{said} {ON_THE_PAGE}" in second
    assert "Smith" not in second
    examples = examples_section(of)
    assert examples is not None
    assert sum("Why Good:" in sentence for sentence in words_of(examples)) == 1
    assert examples_section(replace(of, cases=[])) is None
