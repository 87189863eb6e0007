"""What stands in for a case that cannot be audited: the rule's steps in their order, whatever is replaced."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.sampling.draw import configuration_of, draw, ticket
from app.sampling.population import Filing, population_of
from app.sampling.replacement import ABOUT_THE_CASE, Place, Reason, reserves_of, stand_in
from tests.sampling.test_draw import SEED, configuration, november


def test_the_next_ticket_of_the_stratum_stands_in() -> None:
    filings = november()
    of, people = configuration(filings), population_of(filings)
    result = draw(people, seed=SEED, configuration=of)
    reserves = reserves_of(result)
    first = result.drawn[0].filing
    used, spent = {d.filing.practitioner_id for d in result.drawn}, {d.filing.case_ref for d in result.drawn}
    place = Place(first.service_area, first.law_type, first.performance_band, first.practitioner_id, first.law_type)
    in_area = [f for f in filings if f.service_area == first.service_area]
    order = reserves[first.service_area, first.law_type, first.performance_band]
    taken = []
    while True:
        found = stand_in(in_area, place, Reason.LEFT, used=used, spent=spent, seed=SEED, law_rule="share")
        if found.step != "R1":
            break
        assert found.filing is not None
        assert found.ticket == ticket(SEED, "practitioner", found.filing.practitioner_id).hex()
        taken.append(found.filing.practitioner_id)
        used.add(found.filing.practitioner_id)
        spent.add(found.filing.case_ref)
    assert taken == order
    assert found.step in {"R2", "R3"}


@settings(max_examples=60, deadline=None)
@given(
    picks=st.lists(st.tuples(st.integers(0, 11), st.sampled_from(list(Reason))), min_size=1, max_size=40),
    rule=st.sampled_from(["share", "latest"]),
)
def test_whatever_is_replaced_the_rule_holds(picks: list[tuple[int, Reason]], rule: str) -> None:
    rows = [
        Filing(f"C{n}-{law}-{f}", f"P{n}", "A1", law, f"B{n % 2}", "employed", f"2026-09-0{1 + (n + f) % 3}")
        for n in range(12)
        for law in (("public", "wafh") if n % 3 == 0 else ("wafh",))
        for f in range(3)
    ]
    of = configuration_of(
        {"A1"},
        {"public", "wafh"},
        {"B0", "B1"},
        {"employed"},
        ("2026-09-01", "2026-09-30"),
        fraction=Fraction(1, 2),
        law_rule=rule,
    )
    result = draw(population_of(rows), seed=SEED, configuration=of)
    used, spent = {d.filing.practitioner_id for d in result.drawn}, {d.filing.case_ref for d in result.drawn}
    now = {i: (d.filing, d.filing) for i, d in enumerate(result.drawn)}
    for which, reason in picks:
        if which not in now:
            continue
        first, filing = now[which]
        place = Place(
            first.service_area, first.law_type, first.performance_band, filing.practitioner_id, filing.law_type
        )
        found = stand_in(rows, place, reason, used=used, spent=spent, seed=SEED, law_rule=rule)
        assert stand_in(rows[::-1], place, reason, used=used, spent=spent, seed=SEED, law_rule=rule) == found
        if found.filing is None:
            assert found.step == "R4"
            assert {r.practitioner_id for r in rows if r.case_ref not in spent} <= used
            del now[which]
            continue
        assert found.filing.case_ref not in spent
        same_person = found.filing.practitioner_id == filing.practitioner_id
        assert same_person == (found.step == "R0")
        if found.step == "R0":
            assert reason in ABOUT_THE_CASE
            assert (found.filing.law_type, found.filing.filed_on <= filing.filed_on) == (filing.law_type, True)
        else:
            assert found.filing.practitioner_id not in used
        if found.step == "R1":
            assert (found.filing.law_type, found.filing.performance_band) == (first.law_type, first.performance_band)
        used.add(found.filing.practitioner_id)
        spent.add(found.filing.case_ref)
        now[which] = (first, found.filing)


def test_a_case_that_was_in_the_sample_never_stands_in_again() -> None:
    """One practitioner has three cases; each is replaced in turn, the newest first, and none comes back."""
    own = [Filing(f"C-{n}", "P-1", "A1", "public", "B1", "employed", f"2026-09-0{n}") for n in (1, 2, 3)]
    other = [Filing(f"D-{n}", "P-2", "A1", "public", "B1", "employed", f"2026-09-0{n}") for n in (1, 2)]
    place = Place("A1", "public", "B1", "P-1", "public")
    spent = {"C-3"}
    taken = []
    for _ in range(2):
        found = stand_in(own + other, place, Reason.SEALED, used={"P-1"}, spent=spent, seed=SEED, law_rule="share")
        assert found.step == "R0"
        assert found.filing is not None
        taken.append(found.filing.case_ref)
        spent.add(found.filing.case_ref)
    assert taken == ["C-2", "C-1"]

    def after(*gone: str, used: frozenset[str] = frozenset({"P-1"})) -> tuple[str, str | None]:
        found = stand_in(
            own + other, place, Reason.SEALED, used=used, spent=spent | set(gone), seed=SEED, law_rule="share"
        )
        return found.step, found.filing and found.filing.case_ref

    assert after() == ("R1", "D-2")
    assert after("D-2") == ("R1", "D-1")
    assert after("D-2", "D-1") == ("R4", None)
    assert after(used=frozenset({"P-1", "P-2"})) == ("R4", None)
