"""Benchmarking: the plan, the second grade in the same tool, and how a difference is resolved."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.benchmarks import queries as benchmark_queries
from app.audit.enums import AssessmentKind, BenchmarkState, CaseState, ChosenBy, DecisionKind
from app.audit.models import Assessment, AuditCase, Benchmark, Decision
from app.keeping.record import wrong
from app.moderation.enums import ReturnState
from app.moderation.models import Return
from app.people.enums import Role, Scope
from app.report.blockers import still_open
from tests.browser import plain
from tests.moderation.seconds import begun, benchmarked, difference, good_case, second_grade
from tests.moderation.stories import give, returned_case
from tests.world import REF, World, cases, grade, review, the_audit

PLAN = f"/audits/{REF}/benchmarks"
RESOLVED = {"outcome": "benchmark", "cause": "evidence_missed", "resolution": "The later log shows it."}


def planned(world: World, *who: str) -> list[Benchmark]:
    """Choose and assign, and return what came of it."""
    people = [str(world.viewer(name).id) for name in who]
    world.browser("lead").post(PLAN, {"benchmarkers": people})
    return kept(world)


def kept(world: World) -> list[Benchmark]:
    with world.database.reading() as session:
        return list(benchmark_queries.benchmarks_of(session, the_audit(session)))


def state(world: World, benchmark_id: int) -> BenchmarkState:
    with world.database.reading() as session:
        return session.get_one(Benchmark, benchmark_id).state


def clean(world: World) -> None:
    with world.database.snapshot() as session:
        assert list(wrong(session)) == []


def test_the_plan_takes_the_lowest_and_a_share_of_the_rest(world: World) -> None:
    for case_id in cases(world, "A2")[:4]:
        grade(world, case_id, "good")
    made = planned(world, "head2", "lead", "second")
    with world.database.reading() as session:
        lowest = set(session.scalars(select(Decision.case_id).where(Decision.grade == "not_met")))
    assert {b.case_id for b in made if b.chosen_by is ChosenBy.LOWEST} == lowest
    assert {b.probability for b in made if b.chosen_by is ChosenBy.LOWEST} == {"1"}
    chance = [b for b in made if b.chosen_by is ChosenBy.CHANCE]
    assert 1 <= len(chance) <= 2, "one of each auditor"
    assert all(b.probability.startswith("1/") or b.probability == "1" for b in chance)
    own = world.viewer("head2").id
    assert all(b.case.area != "A2" for b in made if b.benchmarker_id == own)
    assert [b.ticket for b in made] == sorted(b.ticket for b in made)
    page = plain(world.browser("lead").get(PLAN).text)
    assert "Every graded case has been considered" in page
    clean(world)


def test_a_plan_is_refused_with_what_would_make_it_possible(world: World) -> None:
    lead = world.browser("lead")
    page = lead.post(PLAN, {"benchmarkers": [str(world.viewer("head2").id)]}, status=422).text
    assert "Nobody of those chosen can benchmark every case of A2" in plain(page)
    assert page.count(" checked") == 1, "the page has what was ticked, to choose another one as well"
    lead.post(PLAN, {}, status=422)
    planned(world, "head2", "lead", "second")
    again = {"benchmarkers": [str(world.viewer("lead").id)]}
    assert "considered already" in plain(lead.post(PLAN, again, status=409).text)
    for who in ("im1", "head1", "director"):
        assert world.browser(who).send("GET", PLAN).status_code in {403, 404}


def test_nobody_benchmarks_a_case_in_which_they_had_a_part(world: World) -> None:
    case_id = good_case(world)
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
    grader = next(name for name in ("im1", "im2") if world.viewer(name).id == auditor)
    give(world, grader, Role.BENCHMARKER, Scope.AUDIT, REF)
    give(world, "head1", Role.BENCHMARKER, Scope.AUDIT, REF)
    with world.database.reading() as session:
        ref = session.get_one(AuditCase, case_id).case_ref
    for who in (grader, "head1"):
        form = {"hand_case": ref, "hand_person": str(world.viewer(who).id), "hand_reason": "Hard."}
        assert "had a part in case" in plain(world.browser("lead").post(f"{PLAN}/by-hand", form, status=422).text)
    mine = {"hand_case": ref, "hand_person": str(world.viewer("lead").id), "hand_reason": "Hard."}
    assert "somebody else benchmarks it" in plain(world.browser("lead").post(f"{PLAN}/by-hand", mine, status=422).text)
    world.browser("lead").post(f"{PLAN}/by-hand", {**mine, "hand_person": str(world.viewer("head2").id)})
    assert [(b.chosen_by, b.reason, b.probability) for b in kept(world)] == [(ChosenBy.HAND, "Hard.", "")]
    world.browser("lead").post(f"{PLAN}/by-hand", {**mine, "hand_case": "Nowhere"}, status=422)
    clean(world)


def test_the_same_tool_gives_the_second_grade(world: World) -> None:
    case_id = good_case(world)
    made, browser, base = benchmarked(world, case_id), world.browser("head2"), f"/cases/{case_id}/benchmark"
    assert "Grade a second time" in plain(browser.get("/").text)
    assert browser.send("GET", f"{base}/facts").status_code == 303, "not begun yet"
    browser.post(base)
    page = browser.get(base).text
    first = page[page.find(f"{base}/standards/") :].split('"')[0]
    answers = {"SAF1-judgement": {"was": "", "now": "good"}}
    changed = {name: {"was": field["was"], "now": field["now"]} for name, field in answers.items()}
    assert browser.send(
        "PUT", f"{base}/answers", json={"page": first.rpartition("benchmark/")[2], "answers": changed}
    ).status_code in {200, 409}
    assert f'data-base="{base}"' in browser.get(first).text
    for part in ("facts", "themes", "grade"):
        browser.get(f"{base}/{part}")
    browser.post(f"{base}/grade", {"grade": "good", "departure_reason": ""})
    browser.post(f"{base}/check", status=422)
    with world.database.reading() as session:
        draft = session.scalars(select(Assessment).where(Assessment.kind == AssessmentKind.BENCHMARK)).one()
        assert (draft.author_label, draft.grade) == ("independent", "good")
    assert state(world, made) is BenchmarkState.IN_PROGRESS
    for who in ("second", "im1", "head1"):
        assert world.browser(who).send("GET", base).status_code == 404
    clean(world)


def test_the_same_grade_is_agreed_at_submission(world: World) -> None:
    case_id = good_case(world)
    made = benchmarked(world, case_id)
    begun(world, case_id, "good")
    with world.database.reading() as session:
        assert "Benchmarks" in {s.group for s in still_open(session, world.viewer("lead"), the_audit(session))}
    page = world.browser("head2").post(f"/cases/{case_id}/benchmark/check")
    assert "is submitted. Thank you" in plain(page.text)
    assert state(world, made) is BenchmarkState.AGREED
    with world.database.reading() as session:
        assert "Benchmarks" not in {s.group for s in still_open(session, world.viewer("lead"), the_audit(session))}
        assert session.get_one(AuditCase, case_id).state is CaseState.GRADED
    assert "There is nothing more to do" in plain(world.browser("head2").get(f"/cases/{case_id}/benchmark").text)
    world.browser("head2").post(f"/cases/{case_id}/benchmark/check", status=409)
    assert "The one case has the same grade twice. Of fewer than 10 cases no share is given." in plain(
        world.browser("lead").get(PLAN).text
    )
    clean(world)


def test_a_difference_waits_for_somebody_who_gave_neither_grade(world: World) -> None:
    made = difference(world)
    give(world, "head2", Role.LEAD, Scope.AUDIT, REF)
    with world.database.reading() as session:
        assert "Grades differ" in {s.what for s in still_open(session, world.viewer("lead"), the_audit(session))}
    assert "Two grades differ" in plain(world.browser("lead").get("/").text)
    assert "somebody else resolves" in plain(world.browser("head2").get(f"/benchmarks/{made}").text)
    world.browser("head2").post(f"/benchmarks/{made}", RESOLVED, status=409)
    for who in ("im1", "head1", "analyst"):
        assert world.browser(who).send("GET", f"/benchmarks/{made}").status_code == 404
    lead = world.browser("lead")
    lead.post(f"/benchmarks/{made}", status=422)
    lead.post(f"/benchmarks/{made}", {**RESOLVED, "outcome": "other"}, status=422)
    assert "standing grade already" in plain(
        lead.post(f"/benchmarks/{made}", {**RESOLVED, "outcome": "other", "grade": "good"}, status=422).text
    )
    lead.post(f"/benchmarks/{made}", {**RESOLVED, "outcome": "first"})
    with world.database.reading() as session:
        kept_ = session.get_one(Benchmark, made)
        assert (kept_.state, kept_.decision_id) == (BenchmarkState.RESOLVED, None)
        assert kept_.case.standing_grade == "good"
    lead.post(f"/benchmarks/{made}", RESOLVED, status=409)
    clean(world)


def returns(world: World, case_id: int) -> list[ReturnState]:
    with world.database.reading() as session:
        return list(session.scalars(select(Return.state).where(Return.case_id == case_id).order_by(Return.id)))


@pytest.mark.parametrize("reviewed", [False, True])
def test_a_better_grade_withdraws_the_return(world: World, *, reviewed: bool) -> None:
    case_id = returned_case(world, "A1")
    made = benchmarked(world, case_id)
    if reviewed:
        review(world, case_id, "head1")
    second_grade(world, case_id, "met")
    world.browser("lead").post(f"/benchmarks/{made}", RESOLVED)
    assert returns(world, case_id) == [ReturnState.WITHDRAWN]
    with world.database.reading() as session:
        newest = session.scalars(
            select(Decision).where(Decision.case_id == case_id).order_by(Decision.id.desc())
        ).first()
        assert newest is not None
        assert (newest.kind, newest.grade) == (DecisionKind.BENCHMARK_RESOLUTION, "met")
        assert session.get_one(AuditCase, case_id).standing_grade == "met"
    assert "re-graded to Met" in plain(world.browser("head1").get(f"/cases/{case_id}").text)
    clean(world)


def test_a_grade_that_becomes_the_lowest_opens_a_return(world: World) -> None:
    case_id = good_case(world)
    made = difference(world, "not_met")
    assert returns(world, case_id) == []
    world.browser("second").post(f"/benchmarks/{made}", RESOLVED)
    assert returns(world, case_id) == [ReturnState.OPEN]
    assert f"/cases/{case_id}/review" in world.browser("head1").get("/").text
    clean(world)


def test_a_challenged_grade_is_not_decided_on_twice(world: World) -> None:
    case_id = returned_case(world, "A2", ReturnState.CHALLENGED)
    made = benchmarked(world, case_id, who="lead")
    second_grade(world, case_id, "met", who="lead")
    page = plain(world.browser("second").get(f"/benchmarks/{made}").text)
    assert "A challenge of this grade is not settled yet" in page
    world.browser("second").post(f"/benchmarks/{made}", RESOLVED, status=409)


def test_an_unfinished_benchmark_can_go_to_somebody_else(world: World) -> None:
    case_id = good_case(world)
    made = benchmarked(world, case_id)
    begun(world, case_id, "good")
    there = f"{PLAN}/{made}/give"
    form: Mapping[str, Any] = {"person": str(world.viewer("second").id), "reason": "Away."}
    assert "by hand by an audit lead" in plain(
        world.browser("lead").post(there, {**form, "person": str(world.viewer("lead").id)}, status=409).text
    )
    world.browser("lead").get(there)
    world.browser("lead").post(there, {**form, "person": str(world.viewer("head1").id)}, status=422)
    world.browser("lead").post(there, form)
    assert (state(world, made), kept(world)[0].benchmarker_id) == (BenchmarkState.ASSIGNED, world.viewer("second").id)
    assert world.browser("head2").send("GET", f"/cases/{case_id}/benchmark").status_code == 404
    clean(world)


def often_differing(world: World) -> int:
    """Have two of two second grades of one auditor differ, with cases of theirs left; return the auditor."""
    for case_id in [*cases(world, "A1"), *cases(world, "A2")]:
        grade(world, case_id, "good")
    with world.database.reading() as session:
        theirs = defaultdict(list)
        for case in session.scalars(
            select(AuditCase).where(AuditCase.standing_grade == "good").order_by(AuditCase.area, AuditCase.id)
        ):
            theirs[case.auditor_id].append(case.id)
    auditor, own = max(theirs.items(), key=lambda item: len(item[1]))
    for case_id in own[:2]:
        benchmarked(world, case_id)
        second_grade(world, case_id, "met")
    return auditor or 0


def test_more_of_an_auditor_are_proposed_where_many_differ_and_stand_for_no_other_case(world: World) -> None:
    auditor = often_differing(world)
    lead, before = world.browser("lead"), len(kept(world))
    page = plain(lead.get(PLAN).text)
    assert "Both second grades differ from the first" in page
    assert "Agreement by improvement manager" in page
    assert "Agreement by standard" in page
    assert "First grades, and what was to be expected" in page
    assert "not a finding about a person" in page
    lead.post(f"{PLAN}/people/{auditor}/extend")
    more = [b for b in kept(world) if b.chosen_by is ChosenBy.EXTENSION]
    assert len(kept(world)) == before + len(more)
    assert more
    assert {(b.case.auditor_id, b.probability) for b in more} == {(auditor, "")}
    assert "proposed" not in plain(lead.get(PLAN).text), "not again while some of those are unfinished"
    assert "No more of this auditor’s cases are proposed now" in plain(
        lead.post(f"{PLAN}/people/{auditor}/extend", status=409).text
    )
    clean(world)


def test_the_duties_page_says_who_may_resolve_a_difference_and_why_not_you(world: World) -> None:
    made = difference(world)
    with world.database.reading() as session:
        case_id = session.get_one(Benchmark, made).case_id
    assert "Resolve a second grade that differs" in plain(world.browser("lead").get(f"/cases/{case_id}/duties").text)
