"""The wording loop: a resolution says which words were read in two ways, and the next draft answers for them."""

from sqlalchemy import select, update

from app.audit.enums import AuditState, Cause, ReadingSource
from app.audit.models import Audit, Benchmark
from app.audit.wording.models import ClauseReading
from app.audit.wording.queries import standards_read_twice
from app.keeping.record import wrong
from tests.browser import plain
from tests.moderation.seconds import difference
from tests.world import World, the_audit

BASE = "/thresholds/national-casework"
WORDS = "‘prompt’ was read as the same day and as the same week"


def differing(world: World, made: int) -> list[str]:
    """Return the standards that the two graders of a case judged differently."""
    with world.database.reading() as session:
        of = session.get_one(Benchmark, made)
        assert of.first is not None
        assert of.second is not None
        one, two = ({j.standard: j.judgement for j in a.judgements} for a in (of.first, of.second))
        return [code for code in one if one[code] != two.get(code, one[code])]


def resolved(world: World, *, unclear: int) -> list[str]:
    """Resolve a difference of which so many standards are found to be unclear; return the standards that differ."""
    made = difference(world)
    codes = differing(world, made)
    form = {"outcome": "first", "cause": "borderline", "resolution": "The first grade holds."}
    form |= {f"{code}-cause": "threshold_unclear" for code in codes[:unclear]}
    page = plain(world.browser("lead").post(f"/benchmarks/{made}", form, status=422).text)
    assert page.count("read in two ways, and how") >= unclear
    form |= {f"{code}-words": WORDS for code in codes[:unclear]}
    said = plain(world.browser("lead").post(f"/benchmarks/{made}", form).text)
    assert f"Why they differed: the threshold is unclear. {WORDS}" in said
    return codes


def test_a_resolution_keeps_each_standard_that_was_judged_differently(world: World) -> None:
    codes = resolved(world, unclear=2)
    with world.database.reading() as session:
        kept = session.scalars(select(ClauseReading)).all()
        assert sorted(r.standard for r in kept) == sorted(codes)
        assert {r.source for r in kept} == {ReadingSource.SECOND_GRADE}
        assert {r.standard for r in kept if r.cause is Cause.THRESHOLD_UNCLEAR} == set(codes[:2])
        assert {r.cause for r in kept if r.standard not in codes[:2]} == {Cause.BORDERLINE}, "as for the grade"
        assert standards_read_twice(session, the_audit(session)) == 2
    with world.database.snapshot() as session:
        assert list(wrong(session)) == []


def test_the_map_opens_once_the_grading_has_ended_and_to_those_who_answer_for_the_words(world: World) -> None:
    codes = resolved(world, unclear=1)
    address = f"{BASE}/2014-10/wording"
    assert "No judgement against this version was compared yet" in plain(world.browser("lead").get(address).text)
    _ended(world)
    page = plain(world.browser("lead").get(address).text)
    assert "1 of 1" in page
    assert page.count("0 of 1") >= len(codes) - 1
    assert "No level of a standard was found unclear twice" in page
    with world.database.reading() as session:
        law = session.scalars(select(Benchmark)).one().case.law_type
    for asked in ("public", "wafh", "wtfh"):
        of_law = plain(world.browser("lead").get(f"{address}?law_type={asked}").text)
        assert ("1 of 1" in of_law) is (asked == law)
        assert ("No judgement of these cases was compared" in of_law) is (asked != law)
    for who in ("im1", "head1", "analyst", "head2"):
        assert world.browser(who).send("GET", address).status_code == 404


def test_the_next_draft_answers_for_each_clause(world: World) -> None:
    codes = resolved(world, unclear=1)
    _ended(world)
    _again(world, codes[0])
    director = world.browser("director")
    director.post(f"{BASE}/2014-10/new-version", {"version": "2026-11"})
    draft = f"{BASE}/2026-11"
    assert "2 clauses of version 2014-10 were read in two ways; 2 have no answer yet" in plain(
        director.get(f"{draft}/edit").text
    )
    page = director.get(f"{draft}/clauses").text
    assert plain(page).count(WORDS) == 4
    names = sorted({part.split('-answer"')[0] for part in page.split('name="') if '-answer"' in part[:40]})
    assert len(names) == 2
    unchanged = director.post(f"{draft}/clauses", {f"{names[0]}-answer": "changed"}, status=422).text
    assert "Change them first" in plain(unchanged)
    director.post(f"{draft}/clauses", {f"{names[0]}-answer": "kept"}, status=422)
    said = director.post(f"{draft}/clauses", {f"{names[0]}-answer": "kept", f"{names[0]}-reason": "Guidance says it."})
    assert "1 clause has no answer yet" in plain(said.text)
    asked = plain(director.get(f"{draft}/publish").text)
    assert "1 clause was read in two ways, and the draft says nothing of it" in asked
    director.post(f"{draft}/clauses", {f"{name}-answer": "later" for name in names})
    assert "says nothing of" not in plain(director.get(f"{draft}/publish").text)
    with world.database.snapshot() as session:
        assert [s for s in wrong(session) if "answered clause" in s.lower()] == []


def _ended(world: World) -> None:
    """Have the audit's grading ended, whatever is open: nothing here is about how it ends."""
    with world.database.writing() as session:
        session.execute(update(Audit).values(state=AuditState.FINALISED))


def _again(world: World, code: str) -> None:
    """Have another challenge find the same standard unclear."""
    with world.database.writing() as session:
        first = session.scalars(select(ClauseReading).where(ClauseReading.standard == code)).one()
        columns = {name: getattr(first, name) for name in ClauseReading.model_fields if name != "id"}
        session.add(ClauseReading(**{**columns, "source": ReadingSource.CHALLENGE}))
