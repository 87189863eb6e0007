"""Shares of unequal chances and of several cases against the vectors of adoption.md section 4."""

from dataclasses import replace

import pytest

from app.report.figures.all_figures import figures
from app.report.figures.checks import check
from app.report.figures.counted_cases import Basis, Design, GradedCase, PopulationFacts, Targets
from app.report.figures.disclosure import public_edition
from app.report.figures.estimates import estimate

SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))


def case(area: str, grade: str, practitioner: str = "", count: int = 1) -> GradedCase:
    return GradedCase(
        service_area=area,
        law_type="public",
        employment="employed",
        first_grade=grade,
        final_grade=grade,
        children_seen="seen",
        not_seen_reason=None,
        returned=False,
        challenged=False,
        challenge_outcome="",
        challenge_grade="",
        adjudicated=False,
        adjudication_outcome="",
        referral=False,
        practitioner=practitioner,
        count=count,
    )


def unequal() -> tuple[Design, list[GradedCase]]:
    sizes, audited, good = (40, 12, 60), (10, 6, 10), (7, 3, 8)
    cases = []
    for n, (of, x) in enumerate(zip(audited, good, strict=True), 1):
        cases += [case(f"A{n}", "good", count=x), case(f"A{n}", "met", count=of - x)]
    return Design({f"A{n}": size for n, size in enumerate(sizes, 1)}, unequal=True), cases


def several() -> tuple[Design, list[GradedCase]]:
    pairs = ((2, 2), (2, 1), (2, 2), (1, 0), (2, 2), (2, 1))
    cases = [case("A1", "good" if n < y else "met", f"P{i}") for i, (c, y) in enumerate(pairs) for n in range(c)]
    return Design({"": 12}, by=(), cases=2), cases


def basis(design: Design, by_area: dict[str, int]) -> Basis:
    everybody = sum(by_area.values())
    by = {
        "service_area": by_area,
        "law_type": {"public": everybody},
        "employment": {"employed": everybody},
        "performance_band": {"": everybody},
    }
    return Basis(
        SCALE,
        tuple(by_area),
        ("public",),
        targets=Targets(60, 14),
        population=PopulationFacts(everybody, 400, by),
        design=design,
    )


def test_unequal_fractions() -> None:
    design, cases = unequal()
    found = estimate(design, cases, "good", lambda _: True, 112)
    assert found is not None
    assert (round(found.share, 4), round(found.variance, 6)) == (0.7321, 0.006771)
    assert found.effective == pytest.approx(28.96, abs=0.01)
    assert [round(x, 4) for x in found.interval] == [0.5510, 0.8589]


def test_several_cases_of_each() -> None:
    design, cases = several()
    found = estimate(design, cases, "good", lambda _: True, 12)
    assert found is not None
    assert (round(found.share, 4), round(found.variance, 6)) == (0.7273, 0.009098)
    assert found.effective == pytest.approx(21.80, abs=0.01)
    assert [round(x, 4) for x in found.interval] == [0.5175, 0.8689]
    assert found.practitioners == 6


def test_nothing_varies_and_everybody_was_audited() -> None:
    design, cases = several()
    alike = [replace(c, final_grade="good") for c in cases]
    found = estimate(design, alike, "good", lambda _: True, 12)
    assert found is not None
    # As many as the practitioners would be alone, with the correction: n / (1 - n/N), less where some gave fewer.
    assert 10 < found.effective <= 12
    assert found.interval[1] == 1.0
    whole = estimate(replace(design, strata={"": 6}), cases, "good", lambda _: True, 6)
    assert whole is not None
    assert whole.interval == (whole.share, whole.share)


def test_figures_of_unequal_chances_are_weighted_and_agree() -> None:
    design, cases = unequal()
    made = figures(basis(design, {"A1": 40, "A2": 12, "A3": 60}), cases)
    good = made["overall"]["good"]
    assert (good["count"], good["percent"], made["overall"]["total"]) == (18, 73, 26)
    assert made["service_area"]["A1"]["good"]["percent"] == 70
    interval = made["intervals"]["overall"]["good"]
    assert (interval["wilson_fpc"], interval["hypergeometric_exact"]) == ([0.551, 0.8589], None)
    assert made["target_verdicts"]["good"]["overall"] == "reached_not_clear"
    assert check(made | {"moderation": None} if "moderation" not in made else made) == ()


def test_figures_of_several_cases_name_both_numbers() -> None:
    design, cases = several()
    made = figures(basis(design, {"A1": 12}), cases)
    assert (made["overall"]["total"], made["overall"]["practitioners"], made["overall"]["effective"]) == (11, 6, 5)
    assert made["sampling"]["overall"]["audited"] == 6
    assert made["intervals"]["overall"]["good"]["wilson_fpc"] == [0.5175, 0.8689]
    assert check(made) == ()


def test_equal_chances_and_one_case_change_nothing() -> None:
    _, cases = unequal()
    plain = figures(replace(basis(Design({}), {"A1": 40, "A2": 12, "A3": 60}), design=None), cases)
    assert plain["overall"]["good"] == {"count": 18, "percent": 69}
    assert "effective" not in plain["overall"]
    assert "estimate" not in plain["intervals"]["overall"]["good"]


def many(design: Design, cases: list[GradedCase], sizes: dict[str, int]) -> tuple[Basis, dict[str, object]]:
    of = basis(design, sizes)
    made = figures(of, cases)
    if design.cases > 1:
        made["sample"] = {"shape": {"cases_each": design.cases}}
    return of, made


def test_the_public_edition_hides_by_practitioners() -> None:
    """With two cases each, nine cases are those of five practitioners at least, and eight may be those of four."""
    for good, shown in ((9, True), (8, False)):
        cases = [case("A1", "good", f"P{n // 2}") for n in range(good)]
        cases += [case("A1", grade, f"{grade}{n // 2}") for grade in ("met", "not_met") for n in range(40)]
        of, made = many(Design({"": 200}, by=(), cases=2), cases, {"A1": 200})
        public = public_edition(made, of)
        assert (public["overall"]["good"]["count"] == good) is shown
        assert public["overall"]["practitioners"] == 40 + (good + 1) // 2


def test_the_public_edition_of_weighted_shares_gives_no_hidden_count_back() -> None:
    sizes = {f"A{n}": 20 + 10 * n for n in range(1, 9)}
    cases = [case(a, g, count=k) for a in sizes for g, k in (("good", 12), ("met", 8), ("not_met", 7))]
    cases[2] = case("A1", "not_met", count=2)
    cases[0] = case("A1", "good", count=17)
    design = Design(sizes, unequal=True)
    of, made = many(design, cases, sizes)
    public = public_edition(made, of)
    assert public["overall"]["good"]["estimate"] == round(made["overall"]["good"]["estimate"], 2)  # type: ignore[index]
    # One cell is small, so no area shows any; and nothing finer than hundredths is told of the whole.
    assert all(row["good"]["count"] == "[c]" for row in public["service_area"].values())
    assert "funnel" not in public
    assert "variance" not in public["intervals"]["overall"]["good"]
    few = {a: sizes[a] for a in ("A1", "A2")}
    of, made = many(Design(few, unequal=True), cases[:6], few)
    assert public_edition(made, of)["overall"]["good"]["count"] == "[c]"
