"""Change since earlier audits: what is said, what is not, and of what nobody can say anything."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from app.documents import shown
from app.report.figures.all_figures import Basis, Comparator, figures
from app.report.figures.disclosure import public_edition
from app.report.narrative.changes import Earlier, change_sentences, change_table, compared, weighted
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


def test_percentages_alone_are_printed_with_both_dates_and_no_claim() -> None:
    said = change_sentences(BASIS, RIGHT, NOW).sentences
    assert said[0] == "Good, all cases: 65% in November 2014, 49% in September 2013, up 16 percentage points."
    assert (
        "For September 2013 and March 2014 (inspection) the number of cases is not published, so we cannot say how "
        "much of this is chance."
    ) in said
    assert not any(word in " ".join(said) for word in ("improved", "worse", "significant", "higher"))


def test_the_table_has_no_empty_cell() -> None:
    table = change_table(BASIS, RIGHT, NOW)
    assert table is not None
    cells = [
        [shown(cell, column.kind) for cell, column in zip(row.cells, table.columns, strict=True)] for row in table.rows
    ]
    assert cells[0] == ["Good, all cases", "September 2013", "[x]", "49%", "577", "65%", "+16", "[x]", "Cannot be said"]
    assert [
        "Not Met, all cases",
        "September 2013",
        "[x]",
        "19%",
        "577",
        "9%",
        "\u221210",
        "[x]",
        "Cannot be said",
    ] in cells
    assert all(cell for row in cells for cell in row)
    assert change_table(PLAIN, RIGHT, NOW) is None


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
    assert same[-1].startswith("Of 18 service areas with cases in both audits there is no clear change of Good.")
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
    assert change_table(BASIS, public, NOW) == change_table(BASIS, RIGHT, NOW)
    assert change_sentences(
        PLAIN, public, NOW, replace(earlier(3), figures=public_edition(earlier(3).figures, PLAIN))
    ).sentences
