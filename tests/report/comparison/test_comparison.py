"""Change since earlier audits: what is said, what is not, and of what nobody can say anything."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.documents import shown
from app.report.figures.all_figures import Comparator, figures
from app.report.figures.disclosure import public_edition
from app.report.figures.statistics import newcombe, percent
from app.report.findings.differences import clear_for_every_size
from app.report.narrative.changed_areas import without_changed
from app.report.narrative.changes import Earlier, change_sentences, change_table, compared, weighted
from tests.report.basis import Basis
from tests.report.figures.test_figures import BASIS, RIGHT, SCALE, november

NOW = "November 2014"
PLAIN = replace(BASIS, comparators=())


def earlier(shift: int, scale: tuple[tuple[str, str], ...] = SCALE, **more: Any) -> Earlier:
    """Return an audit of 2013 with the same cases, every `shift`th of the best graded lowest."""
    codes = {new: old for (new, _), (old, _) in zip(SCALE, scale, strict=False)}
    alone = [replace(c, benchmark_lead="", benchmark_independent="") for c in november()]
    rows = [
        replace(c, final_grade=codes["not_met" if shift and i % shift == 0 else c.final_grade])
        for i, c in enumerate(alone)
    ]
    of = figures(Basis(scale, BASIS.area_order, BASIS.law_types), rows)
    return Earlier("The audit of 2013", "2013-09", scale, of, **more)


def test_a_percentage_alone_is_compared_only_where_every_number_of_cases_says_the_same() -> None:
    said = change_sentences(BASIS, RIGHT, NOW).sentences
    # 49% needs at least 35 cases; 50% may be one case of two.
    assert said[:2] == [
        (
            "Good, all cases: 65% in November 2014, 49% in September 2013: higher than then, up 16 percentage points. "
            "It has improved."
        ),
        (
            "Good, all cases: 65% in November 2014, 50% in March 2014 (inspection), up 15 percentage points; this "
            "may be chance."
        ),
    ]
    assert any("the number of cases is not published. A change is called higher or lower only" in s for s in said)
    assert not any(word in " ".join(said) for word in ("worse", "significant"))


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [((377, 577), 49, 1), ((377, 577), 50, None), ((52, 577), 26, -1), ((5, 10), 0, None), ((100, 577), 99, -1)],
)
def test_a_change_is_clear_where_no_number_of_cases_then_would_make_it_chance(
    now: tuple[int, int], then: int, said: int | None
) -> None:
    assert clear_for_every_size(now, then) == said
    possible = [(x, n) for n in range(1, 120) for x in range(n + 1) if percent(x, n) == then]
    ways = {(low > 0) - (high < 0) for x, n in possible for low, high in [newcombe(now, (x, n)) or (-1, 1)]}
    assert (ways == {said}) == (said is not None)


def test_the_table_has_no_empty_cell() -> None:
    table = change_table(BASIS, RIGHT, NOW)
    assert table is not None
    cells = [
        [shown(cell, column.kind) for cell, column in zip(row.cells, table.columns, strict=True)] for row in table.rows
    ]
    assert cells[0] == [
        "Good, all cases",
        "September 2013",
        "49%",
        "577",
        "65%",
        "+16",
        "Higher, improved",
    ]
    assert [
        "Not Met, all cases",
        "September 2013",
        "19%",
        "577",
        "9%",
        "\u221210",
        "May be chance",
    ] in cells
    assert all(cell for row in cells for cell in row)
    assert change_table(PLAIN, RIGHT, NOW) is None


def test_the_table_has_no_column_of_what_no_earlier_audit_says() -> None:
    of_percentages, of_counts = change_table(BASIS, RIGHT, NOW), change_table(BASIS, RIGHT, NOW, earlier(3))
    assert of_percentages is not None
    assert of_counts is not None
    missing = {column.heading for column in of_counts.columns} - {column.heading for column in of_percentages.columns}
    assert missing == {"Cases then", "95% interval"}
    assert ("interval" in of_percentages.notes[0], "interval" in of_counts.notes[0]) == (False, True)


def test_counts_give_an_interval_and_words_after_the_direction_of_the_measure() -> None:
    said = change_sentences(PLAIN, RIGHT, NOW, earlier(3)).sentences
    assert said[0] == (
        "Good, all cases: 65% in November 2014, 43% in September 2013: higher than then, up 22 percentage points. It "
        "has improved."
    )
    assert said[1].endswith(": lower than then, down 30 percentage points. It has improved.")
    assert "chance" in said[-1]
    same = change_sentences(PLAIN, RIGHT, NOW, earlier(0)).sentences
    assert same[0] == "Good, all cases: 65% in November 2014, 65% in September 2013: no clear change."
    assert same[-1].startswith(
        "In the 18 service areas with 10 cases or more in both audits there is no clear change of Good."
    )
    back = change_sentences(PLAIN, earlier(3).figures, NOW, replace(earlier(0), when="2015-01")).sentences
    assert back[0].endswith("lower than then, down 22 percentage points. It has become worse.")


def test_counts_replace_a_percentage_of_the_same_date() -> None:
    found = compared(BASIS, RIGHT, earlier(3))
    assert [c.then is None for c in found if (c.label, c.where, c.when) == ("Good", "all cases", "September 2013")] == [
        False
    ]


def test_another_scale_needs_to_be_mapped_or_the_line_is_broken() -> None:
    other = (("high", "High"), ("middle", "Middle"), ("low", "Low"))
    said = change_sentences(PLAIN, RIGHT, NOW, earlier(3, other)).sentences
    assert said == [
        (
            "The audit of 2013 was graded on another scale (High, Middle and Low), and it is not said which of its "
            "grades is which of this audit’s. "
            "So the two are not compared."
        )
    ]
    mapped = earlier(3, other, levels={"high": "good", "middle": "met", "low": "not_met"})
    assert (
        change_sentences(PLAIN, RIGHT, NOW, mapped).sentences
        == change_sentences(PLAIN, RIGHT, NOW, earlier(3)).sentences
    )
    assert change_sentences(PLAIN, RIGHT, NOW, replace(mapped, levels={"high": "good"})).sentences == said
    relabelled = (("good", "Good"), ("met", "Met in part"), ("not_met", "Not Met"))
    assert change_table(PLAIN, RIGHT, NOW, earlier(3, relabelled)) is None


def test_case_mix_of_2013_is_that_of_the_method() -> None:
    good = {"PUBLIC": Fraction(60, 100), "WAFH": Fraction(44, 100), "WTFH": Fraction(41, 100)}
    not_met = {"PUBLIC": Fraction(11, 100), "WAFH": Fraction(21, 100), "WTFH": Fraction(24, 100)}
    assert [weighted(BASIS, RIGHT, rates) for rates in (good, not_met)] == [51, 17]
    assert weighted(BASIS, RIGHT, {"PUBLIC": Fraction(1)}) is None
    known = tuple(
        Comparator(f"{law}", "good", "law_type", law, float(100 * rate), "2013-09", "previous_audit")
        for law, rate in good.items()
    )
    basis = replace(BASIS, comparators=(BASIS.comparators[0], *known))
    assert (
        change_sentences(basis, RIGHT, NOW).sentences[-1]
        == "With this audit’s mix of law types, September 2013 would have had 51% Good instead of 49%."
    )


def test_the_public_edition_can_be_compared_too() -> None:
    public = public_edition(RIGHT, BASIS)
    shown_to_all, everything = (change_table(BASIS, of, NOW) for of in (public, RIGHT))
    assert shown_to_all is not None
    assert everything is not None
    # Grades of a law type in an area are in no public edition.
    assert shown_to_all.rows == [row for row in everything.rows if " in A5" not in str(row.cells[0])]
    assert change_sentences(
        PLAIN, public, NOW, replace(earlier(3), figures=public_edition(earlier(3).figures, PLAIN))
    ).sentences


def merged(of: dict[str, Any], old: tuple[str, ...], new: str) -> dict[str, Any]:
    """Return figures whose areas were merged, counted as they would be."""
    areas = of["service_area"]
    codes = [code for code, _ in SCALE]
    whole = {code: {"count": sum(areas[a][code]["count"] for a in old)} for code in codes}
    row = whole | {"total": sum(areas[a]["total"] for a in old)}
    left = {a: r for a, r in areas.items() if a not in old} | {new: row}
    return of | {"service_area": left, "service_area_order": list(left)}


def test_areas_that_were_merged_are_compared_as_a_whole_and_called_so() -> None:
    now = merged(dict(RIGHT), ("A4", "A6"), "A4N")
    change = ("2014-04", ["A4", "A6"], ["A4N"])
    said = change_sentences(PLAIN, now, NOW, earlier(0, changes=[change])).sentences
    assert said[-2].endswith("is compared with what became of it, as a whole: A4 and A6, now A4N.")
    assert said[-1].startswith("In the 17 service areas with 10 cases or more in both audits")
    # By code alone the merged area would be compared with nothing, and nobody would say so.
    assert change_sentences(PLAIN, now, NOW, earlier(0)).sentences[-1].startswith("In the 16 service areas")
    worse = change_sentences(PLAIN, now, NOW, earlier(1, changes=[change])).sentences
    assert "(A4 and A6, now A4N)" in worse[-1]
    # Where a count is hidden, so is that of the whole.
    shown_less = earlier(0, changes=[change])
    hidden = dict(shown_less.figures["service_area"]["A4"]) | {"good": "[c]"}
    areas = dict(shown_less.figures["service_area"]) | {"A4": hidden}
    left = replace(shown_less, figures=dict(shown_less.figures) | {"service_area": areas})
    assert change_sentences(PLAIN, now, NOW, left).sentences[-1].startswith("In the 16 service areas")


def test_a_percentage_of_an_area_that_is_another_since_is_compared_with_nothing() -> None:
    one = Comparator("c", "good", "service_area", "A4", 40, "2013-09", "audit")
    basis = replace(BASIS, comparators=(one, replace(one, id="d", scope_value="A5")))
    assert [c.scope_value for c in without_changed(basis, [("2014-04", ["A4", "A6"], ["A4"])]).comparators] == ["A5"]
    assert without_changed(basis, [("2013-04", ["A4", "A6"], ["A4"])]) == basis
