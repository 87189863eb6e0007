"""Every act that touches a case asks the bars, or says here why it does not; an act that is new has to say it too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.bars.models import Waiver
from app.audit.bars.rules import Bar, Bars, may_act_on, may_act_on_its_case
from app.audit.benchmarks.rules import BENCHMARK, can_have_it
from app.audit.models import AuditCase, Benchmark
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import CASE, can_be_given
from app.audit.staff.actions import Declared, declare_interest
from app.keeping.record import wrong
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.concerns.rules import CONCERN
from app.moderation.models import Challenge
from app.moderation.own_reviews.rules import OWN_REVIEW
from app.moderation.returns.rules import RETURN
from app.rooms.addresses import all_routes
from app.web.routing import Route
from app.workflow import AnyRow, Workflow
from tests.browser import plain
from tests.moderation.seconds import begun, benchmarked, difference, good_case
from tests.moderation.stories import RULING, after_own_view, the_case, the_challenge
from tests.world import World, cases, the_audit

ABOUT_CASES: tuple[Workflow[Any, Any], ...] = (CASE, BENCHMARK, CHALLENGE, RETURN, CONCERN, OWN_REVIEW, REPLACEMENT)
ASKED = {may_act_on, may_act_on_its_case, can_be_given, can_have_it}
PARTY = "what an area does about its own cases, as a party, is no judgement on a grade"
FOLLOWS = "it follows from an act that asked"
RULE = "the rule of the draw decides which case comes, and the reason is printed"
SAFETY = "a child's safety does not wait for anybody's interest"
# Every move about a case that does not ask the bars, and why.
NOT_ASKED = {
    **{("case", name): FOLLOWS for name in ("settle",)},
    **{("case", name): RULE for name in ("replace",)},
    **{("benchmark", name): FOLLOWS for name in ("agree", "differ")},
    **{("challenge", name): PARTY for name in ("withdraw", "accept", "escalate")},
    ("challenge", "let_go"): "it gives the work to somebody else",
    **{("return", name): PARTY for name in ("review", "accept", "challenge")},
    **{("return", name): FOLLOWS for name in ("withdraw", "lapse", "overtake")},
    **{("concern", name): SAFETY for name in ("acknowledge", "act", "close")},
    ("own review", "submit"): PARTY,
    **{("replacement", name): RULE for name in ("make", "decline")},
}


def asks(row: AnyRow) -> bool:
    return bool(ASKED.intersection((*row.guards, *row.personal)))


def test_every_move_about_a_case_asks_or_says_why_not() -> None:
    moves = {(w.kind, t.name): t for w in ABOUT_CASES for t in w.transitions}
    assert {key for key, row in moves.items() if not asks(row)} == NOT_ASKED.keys()


# Addresses about a case that make no move, and why they do not ask the bars.
SAVES = {
    "/cases/{case_id}/assess/standards/{area}",
    "/cases/{case_id}/assess/facts",
    "/cases/{case_id}/assess/themes",
    "/cases/{case_id}/assess/grade",
    "/cases/{case_id}/assess/answers",
    "/cases/{case_id}/benchmark/standards/{area}",
    "/cases/{case_id}/benchmark/facts",
    "/cases/{case_id}/benchmark/themes",
    "/cases/{case_id}/benchmark/grade",
    "/cases/{case_id}/benchmark/answers",
    "/cases/{case_id}/correction",
    "/challenges/{challenge_id}/decide/draft",
    "/challenges/{challenge_id}/adjudicate/draft",
}
OTHERS = {
    "/cases/{case_id}/interest": "it declares the interest",
    "/cases/{case_id}/waiver": "it waives the interest",
    "/cases/{case_id}/concern": SAFETY,
    "/cases/{case_id}/correction/discard": "it only takes one's own draft away",
    "/cases/{case_id}/prepare": "an assistant judges nothing, and the auditor checks each answer against the file",
    "/cases/{case_id}/challenge/draft": PARTY,
    "/cases/{case_id}/sheet": "it says that a final case was discussed, and judges nothing",
    "/challenges/{challenge_id}/note": "the auditor of the grade speaks as a party",
    "/challenges/{challenge_id}/extend": "more time for an area is no judgement on a grade",
    "/returns/{return_id}/extend": "more time for an area is no judgement on a grade",
    "/returns/{return_id}/remind": "a reminder is no judgement on a grade",
    "/returns/{return_id}/override": "that the audit goes on without a late review is no judgement on a grade",
    "/returns/{return_id}/action": SAFETY,
}
LIST = "a list of documents and one's own phrases judge nothing"
OTHERS |= {
    f"/cases/{{case_id}}/{part}": LIST
    for part in (
        *("assess/documents", "assess/documents/{listed_id}/remove", "assess/phrases"),
        *("benchmark/documents", "benchmark/documents/{listed_id}/remove", "benchmark/phrases"),
        *("prepare/documents", "prepare/documents/{listed_id}/remove"),
    )
}
ABOUT_A_CASE = (
    "/cases/{case_id}",
    "/challenges/{challenge_id}",
    "/benchmarks/{benchmark_id}",
    "/returns/",
    "/concerns/",
)


def writing() -> Iterator[Route]:
    """Yield the addresses that change something about a case and make no move of a table."""
    for route in all_routes():
        if route.method in {"POST", "PUT"} and route.path.startswith(ABOUT_A_CASE) and not route.guard.moves:
            yield route


def test_every_address_about_a_case_makes_a_move_or_is_named_here() -> None:
    own = {path for path in (r.path for r in writing()) if "/own-review" in path}
    here = {r.path for r in writing()} - own
    assert all("/own-review" in path for path in own)
    assert here == SAVES | OTHERS.keys()


@dataclass
class Acting:
    """Somebody about to act on a case: who, where, and what they send."""

    who: str
    case_id: int
    method: str
    path: str
    sent: Any


def first_grade(world: World) -> Iterator[Acting]:
    case_id = cases(world, "A1")[0]
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
    who = "im1" if auditor == world.viewer("im1").id else "im2"
    yield Acting(who, case_id, "POST", f"/cases/{case_id}/assess", {})
    world.browser(who).post(f"/cases/{case_id}/assess")
    yield from saving(who, case_id, "assess")
    yield Acting(who, case_id, "POST", f"/cases/{case_id}/check", {})


def saving(who: str, case_id: int, tool: str) -> Iterator[Acting]:
    typed = {"SAF1-judgement": "good", "SAF1-evidence": "Contact log, 3 October."}
    for page in ("standards/SAF", "facts", "themes", "grade"):
        yield Acting(who, case_id, "POST", f"/cases/{case_id}/{tool}/{page}", typed)
    answers = {"answers": {"SAF1-evidence": {"was": "", "own": [], "now": "Log."}}, "page": "standards/SAF"}
    yield Acting(who, case_id, "PUT", f"/cases/{case_id}/{tool}/answers", answers)


def correcting(world: World) -> Iterator[Acting]:
    case_id = good_case(world)
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
    who = "im1" if auditor == world.viewer("im1").id else "im2"
    yield Acting(who, case_id, "POST", f"/cases/{case_id}/correction", {})


def second(world: World) -> Iterator[Acting]:
    case_id = good_case(world)
    benchmarked(world, case_id)
    yield Acting("head2", case_id, "POST", f"/cases/{case_id}/benchmark", {})
    begun(world, case_id, "met")
    yield from saving("head2", case_id, "benchmark")
    yield Acting("head2", case_id, "POST", f"/cases/{case_id}/benchmark/check", {})


def resolving(world: World) -> Iterator[Acting]:
    made = difference(world)
    sent = {"outcome": "benchmark", "cause": "error", "resolution": "The second sees more."}
    yield Acting("second", good_case_of(world, made), "POST", f"/benchmarks/{made}", sent)


def good_case_of(world: World, benchmark: int) -> int:
    with world.database.reading() as session:
        return session.get_one(Benchmark, benchmark).case_id


def deciding(world: World) -> Iterator[Acting]:
    raised = the_challenge(world)
    case_id = the_case(world, raised)
    view = {"SAF1-own": "met", "SAF1-note": "Read in the file."}
    yield Acting("lead", case_id, "POST", f"/challenges/{raised}/view", view)
    after_own_view(world, "lead", raised)
    yield Acting("lead", case_id, "PUT", f"/challenges/{raised}/decide/draft", {"fields": {"reasons": "Enough."}})
    yield Acting("lead", case_id, "POST", f"/challenges/{raised}/decide", RULING)


def adjudicating(world: World) -> Iterator[Acting]:
    raised = the_challenge(world)
    case_id = the_case(world, raised)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    after_own_view(world, "director", raised)
    typed = {"fields": {"reasons": "Enough."}}
    yield Acting("director", case_id, "PUT", f"/challenges/{raised}/adjudicate/draft", typed)
    yield Acting("director", case_id, "POST", f"/challenges/{raised}/adjudicate", RULING)


STORIES: tuple[Callable[[World], Iterator[Acting]], ...] = (
    first_grade,
    correcting,
    second,
    resolving,
    deciding,
    adjudicating,
)
INTERESTS = ("area", "practitioner")


@pytest.mark.parametrize("kind", INTERESTS)
@pytest.mark.parametrize("story", STORIES)
def test_an_interest_declared_after_work_was_given_stops_every_act(
    world: World, story: Callable[[World], Iterator[Acting]], kind: str
) -> None:
    for act in story(world):
        with world.database.writing() as session:
            case = session.get_one(AuditCase, act.case_id)
            where = {"area": case.area} if kind == "area" else {"practitioner_id": case.practitioner_id}
            me = world.viewer(act.who)
            interest = declare_interest(session, me.id, Declared("Known for years.", **where), by=me.id)
        browser = world.browser(act.who)
        more = {"json": act.sent} if act.method == "PUT" else {"data": act.sent}
        answer = browser.send(act.method, act.path, **more)
        assert answer.status_code == 409, (act.path, answer.text[:500])
        words = answer.text if act.method == "PUT" else plain(answer.text)
        assert "You have a declared interest in case" in words, act.path
        assert "gives it to somebody else" in words
        if act.method == "POST":
            # What was typed is given back.
            assert all(text in answer.text for text in act.sent.values() if len(text) > 9), act.path
        browser.post(f"/interests/{interest.id}/end")
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_the_lead_is_told_of_a_second_grade_that_waits_and_gives_it_to_somebody_else(world: World) -> None:
    case_id = good_case(world)
    made = benchmarked(world, case_id)
    begun(world, case_id, "met")
    head = world.browser("head2")
    head.post("/interests", {"interest_area": "A1", "interest_reason": "Led it until June."})
    assert "You have a declared interest in case" in plain(head.get(f"/cases/{case_id}/benchmark").text)
    lead = world.browser("lead")
    assert "1 second grade of somebody who has an interest there: give it to somebody else" in plain(lead.get("/").text)
    there = f"/audits/{the_ref(world)}/benchmarks"
    assert "Has an interest here" in plain(lead.get(there).text)
    back, on = ({"person": str(world.viewer(who).id), "reason": "An interest."} for who in ("head2", "lead"))
    assert "has an interest there" in plain(lead.post(f"{there}/{made}/give", back, status=422).text)
    # A lead who chose the case by hand does not take it; the other one can.
    lead.post(f"{there}/{made}/give", on, status=409)


def the_ref(world: World) -> str:
    with world.database.reading() as session:
        return the_audit(session).ref


def test_where_nobody_is_left_the_director_waives_an_interest_with_a_reason(world: World) -> None:
    raised = the_challenge(world)
    case_id = the_case(world, raised)
    director = world.browser("director")
    sent = {"person": str(world.viewer("lead").id), "waiver_reason": "The other lead graded the case."}
    assert "no interest to waive" in plain(director.get(f"/cases/{case_id}/waiver").text)
    director.post(f"/cases/{case_id}/waiver", sent, status=409)
    for name in ("lead", "second"):
        world.browser(name).post("/interests", {"interest_area": "A2", "interest_reason": "Led it until June."})
    assert "Nobody is left who may do this" in plain(world.browser("lead").get(f"/cases/{case_id}/duties").text)
    for who in ("lead", "head2"):
        world.browser(who).post(f"/cases/{case_id}/waiver", sent, status=403)
    assert "Enter the reason" in plain(
        director.post(f"/cases/{case_id}/waiver", {**sent, "waiver_reason": ""}, status=422).text
    )
    director.post(f"/cases/{case_id}/waiver", {**sent, "person": str(world.viewer("im1").id)}, status=409)
    director.post(f"/cases/{case_id}/waiver", sent)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    with world.database.reading() as session:
        assert session.get_one(Challenge, raised).decision is not None
        assert session.scalars(select(Waiver.reason)).one() == sent["waiver_reason"]
        assert list(wrong(session)) == []


def test_nobody_waives_their_own_interest(world: World) -> None:
    raised = the_challenge(world)
    case_id = the_case(world, raised)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    director = world.browser("director")
    director.post("/interests", {"interest_area": "A2", "interest_reason": "Led it until June."})
    assert "another national service director" in plain(director.get(f"/cases/{case_id}/waiver").text)
    sent = {"person": str(world.viewer("director").id), "waiver_reason": "Nobody else."}
    director.post(f"/cases/{case_id}/waiver", sent, status=409)


def test_only_an_interest_can_be_waived() -> None:
    case: Any = type("Case", (), {"id": 9, "area": "A1", "practitioner_id": "P-1", "case_ref": "C-1"})()
    of: dict[str, Any] = {"areas": frozenset({(1, "A1")}), "practitioners": frozenset({(1, "P-1")})}
    assert Bars(**of).bar(1, case) is Bar.INTEREST
    assert Bars(**of).waiving(1, case).bar(1, case) is None
    assert Bars(**of).waiving(2, case).bar(1, case) is Bar.INTEREST
    head, part = Bars(**of, heads=frozenset({(1, "A1")})), Bars(**of, parts=frozenset({(1, "P-1")}))
    assert [b.waiving(1, case).bar(1, case) for b in (head, part)] == [Bar.SCOPE, Bar.OWN_WORK]
    assert Bars(**of).refusal(2, case) is None


def test_an_interest_that_is_waived_in_one_case_stays_in_every_other() -> None:
    two: list[Any] = [SimpleNamespace(id=number, area="A1", practitioner_id="P-1") for number in (9, 10)]
    one, other = two
    waived = Bars(areas=frozenset({(1, "A1")})).waiving(1, one)
    assert (waived.bar(1, one), waived.bar(1, other)) == (None, Bar.INTEREST)
