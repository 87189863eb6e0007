"""A small audit in which anybody does anything, legal or not, in any order.

What must always hold is checked after every step.
"""

import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.audit.actions import situation_of_case
from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import AUDITORS_OWN, AssessmentState, AuditState, BenchmarkOutcome, CaseState, Cause, DecisionKind
from app.audit.grading import actions as grading
from app.audit.library import queries as library_queries
from app.audit.log import assessment_row, decision_row
from app.audit.models import Assessment, AuditCase, Benchmark, Decision
from app.clock import today
from app.errors import Refusal
from app.events import Event, Row
from app.keeping.record import wrong
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.actions import Claim, Point, Ruling, situation_of_challenge
from app.moderation.challenges.rules import CHALLENGE, decides_blind
from app.moderation.concerns import actions as concerns_actions
from app.moderation.concerns.actions import situation_of_concern
from app.moderation.concerns.rules import CONCERN
from app.moderation.differences.actions import Resolution, resolve, situation_of_difference
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState, Stage
from app.moderation.log import note_row, own_view_row
from app.moderation.models import Challenge, ChallengeNote, Concern, OwnView, Return
from app.moderation.own_views import actions as deciding
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.actions import Review
from app.moderation.returns.rules import RETURN
from app.moderation.submission import actions as submission_actions
from app.people.rules import Viewer
from app.report.actions import finalise
from app.report.blockers import still_open
from tests.moderation.stories import give
from tests.moderation.test_any_order import MORE
from tests.world import World, answers_for, cases, grade, the_audit

# A few hundred in the suite; a long night can do 100,000.
STEPS = int(os.environ.get("CASEWORK_AUDIT_STEPS", "80"))
STEPS_EACH = 40
PEOPLE = (*MORE, "director")
GRADES = ("not_met", "not_met", "met", "good")
GRADE_EVENTS = (
    "grade_submitted",
    "grade_corrected",
    "challenge_decided",
    "challenge_adjudicated",
    "benchmark_resolved",
)
Move = Callable[[], object]
Thing = TypeVar("Thing", Return, Challenge, Concern)


class Play:
    """The audit, its people, and what each of them can do."""

    def __init__(self, session: Session, people: Sequence[Viewer], open_cases: Sequence[int]) -> None:
        self.session, self.people, self.open_cases = session, people, open_cases
        self.audit = the_audit(session)

    def case(self, number: int) -> AuditCase:
        return self.session.get_one(AuditCase, self.open_cases[number % len(self.open_cases)])

    def newest(self, kind: type[Thing], case: AuditCase) -> Thing | None:
        return self.session.scalars(select(kind).where(kind.case_id == case.id).order_by(kind.id.desc())).first()

    def moves(self, case: AuditCase, who: Viewer, to: str) -> dict[str, Move]:
        """Return every act that the product has for a case, whether it is legal or not."""
        found: dict[str, Move] = {
            "grade": lambda: self.grade(case, who, to),
            "correct": lambda: self.correct(case, who, to),
            "raise concern": lambda: concerns_actions.raise_concern(self.session, case, seen="A bruise.", by=who),
            "finalise": lambda: finalise(self.session, self.audit, by=who),
        }
        if returned := self.newest(Return, case):
            found |= self.of_return(returned, who)
        if challenge := self.newest(Challenge, case):
            found |= self.of_challenge(challenge, who, to)
        if concern := self.newest(Concern, case):
            found |= self.of_concern(concern, who)
        return found | self.of_second_grade(case, who, to)

    def of_return(self, returned: Return, who: Viewer) -> dict[str, Move]:
        found = Review(children_safe=True, note="Safe.", further_action=FurtherAction.NONE)
        claim = [Point("SAF1", "met", "On file.")]
        return {
            "return review": lambda: returns_actions.review(self.session, returned, found, by=who),
            "return accept": lambda: returns_actions.accept_grade(self.session, returned, by=who),
            "return challenge": lambda: challenges_actions.challenge_grade(
                self.session, returned, Claim("met", "It is.", claim), by=who
            ),
        }

    def of_challenge(self, challenge: Challenge, who: Viewer, to: str) -> dict[str, Move]:
        session, points = self.session, [Point("SAF1", to, "Read twice.")]
        ruling = Ruling(to, "Read twice.", points)
        return {
            "note": lambda: deciding.add_note(session, challenge, "It is in the log.", by=who),
            "own view": lambda: deciding.record_own_view(session, challenge, points, by=who),
            "stand aside": lambda: deciding.stand_aside(session, challenge, by=who),
            "challenge withdraw": lambda: challenges_actions.withdraw_challenge(session, challenge, by=who),
            "challenge take": lambda: challenges_actions.take(session, challenge, by=who),
            "challenge let_go": lambda: challenges_actions.let_go(session, challenge, by=who),
            "challenge take_over": lambda: challenges_actions.take_over(session, challenge, reason="Away.", by=who),
            "challenge decide": lambda: challenges_actions.decide_challenge(session, challenge, ruling, by=who),
            "challenge accept": lambda: challenges_actions.accept_decision(session, challenge, by=who),
            "challenge escalate": lambda: challenges_actions.escalate(session, challenge, reason="Not agreed.", by=who),
            "challenge adjudicate": lambda: challenges_actions.adjudicate(session, challenge, ruling, by=who),
        }

    def of_second_grade(self, case: AuditCase, who: Viewer, to: str) -> dict[str, Move]:
        session, benchmark = self.session, benchmark_queries.benchmark_about(self.session, case)
        if benchmark is None:
            helper = self.people[case.id % len(self.people)].id
            return {
                "second choose": lambda: benchmarking.add_by_hand(
                    session, case, person=helper, reason="A hard case.", by=who
                )
            }
        resolution = Resolution(BenchmarkOutcome.OTHER, to, Cause.ERROR, "Read together.")
        return {
            "second give": lambda: benchmarking.give_to(session, benchmark, person=who.id, reason="Away.", by=who),
            "second grade": lambda: self.second_grade(benchmark, who, to),
            "second resolve": lambda: resolve(session, benchmark, resolution, by=who),
        }

    def of_concern(self, concern: Concern, who: Viewer) -> dict[str, Move]:
        return {
            "concern acknowledge": lambda: concerns_actions.acknowledge_concern(
                self.session, concern, plan="A call.", act_by=today(), by=who
            ),
            "concern act": lambda: concerns_actions.act_on_concern(
                self.session, concern, what="Called.", who="Manager", on=today(), by=who
            ),
            "concern close": lambda: concerns_actions.close_concern(self.session, concern, reason="Safe.", by=who),
        }

    def offered(self, case: AuditCase, who: Viewer, *, correct: bool) -> list[str]:
        """Return the acts that the pages offer to a person on a case.

        What goes on is tried more often than what is refused.
        """
        found = ["grade"] if case.state is CaseState.ALLOCATED and case.auditor_id == who.id else []
        if correct and not submission_actions.why_not_corrected(self.session, case, who):
            found.append("correct")
        if returned := self.newest(Return, case):
            found += [
                f"return {o.transition.name}"
                for o in RETURN.offers(returned, situation_of_case(case, who))
                if not o.refusal
            ]
        if challenge := self.newest(Challenge, case):
            situation = situation_of_challenge(self.session, challenge, who)
            names = [f"challenge {o.transition.name}" for o in CHALLENGE.offers(challenge, situation) if not o.refusal]
            blind = decides_blind(challenge, situation)
            found += [n for n in names if not (blind and n.endswith(("decide", "adjudicate")))] + (
                ["own view"] if blind and deciding.why_no_view(self.session, challenge, situation) is None else []
            )
        if benchmark := benchmark_queries.benchmark_about(self.session, case):
            differs, acts = (
                situation_of_difference(self.session, benchmark, who),
                {"start": "second grade", "resolve": "second resolve"},
            )
            found += [name for move, name in acts.items() if BENCHMARK.refusal(move, benchmark, differs) is None]
        if concern := self.newest(Concern, case):
            offers = CONCERN.offers(concern, situation_of_concern(self.session, concern, who))
            found += [f"concern {o.transition.name}" for o in offers if not o.refusal]
        return found

    def attempt(self, move: Move) -> str | None:
        """Try an act; return the sentence that refuses it, or None where it was done."""
        try:
            with self.session.begin_nested():
                move()
        except Refusal as refusal:
            return refusal.sentence
        return None

    def grade(self, case: AuditCase, who: Viewer, to: str) -> None:
        draft = grading.start_grading(self.session, case, by=who)
        grading.save_judgements(
            self.session, draft, answers_for(library_queries.document_of(self.audit), case.law_type, to)
        )
        grading.save_grade(self.session, draft, grade=to, departure_reason="")
        submission_actions.submit_grade(self.session, case, draft, indicated=None, by=who)

    def second_grade(self, benchmark: Benchmark, who: Viewer, to: str) -> None:
        benchmarking.start(self.session, benchmark, by=who)
        draft = benchmark_queries.benchmark_draft(self.session, benchmark)
        assert draft is not None
        grading.save_judgements(
            self.session, draft, answers_for(library_queries.document_of(self.audit), benchmark.case.law_type, to)
        )
        grading.save_grade(self.session, draft, grade=to, departure_reason="")
        benchmarking.submit(self.session, benchmark, draft, indicated=None, by=who)

    def correct(self, case: AuditCase, who: Viewer, to: str) -> None:
        draft = submission_actions.start_correction(self.session, case, by=who)
        grading.save_grade(self.session, draft, grade=to, departure_reason="On the whole.")
        draft.correction_reason = "Read again."
        submission_actions.submit_grade(self.session, case, draft, indicated=None, by=who)


def machine_of(world: World, open_cases: Sequence[int], tally: dict[str, int]) -> type[RuleBasedStateMachine]:  # noqa: C901 - a class
    """Return the machine that plays in a world; nothing of a play stays for the next one."""
    people = [world.viewer(name) for name in PEOPLE]

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.block = world.trial()
            self.play = Play(self.block.__enter__(), people, open_cases)
            self.submitted: dict[tuple[str, str], Row] = {}

        @rule(
            number=st.integers(0, 3),
            turn=st.integers(0, len(people) - 1),
            pick=st.integers(0, 1000),
            to=st.sampled_from(GRADES),
            bold=st.integers(0, 3),
        )
        def act(self, number: int, turn: int, pick: int, to: str, bold: int) -> None:
            """Somebody does what a page offers them, or what nobody offered.

            One rule, as of two Hypothesis would leave one out of whole plays.
            """
            case = self.play.case(number)
            (self.try_anything if bold == 3 else self.go_on)(case, turn, pick, to)

        def go_on(self, case: AuditCase, turn: int, pick: int, to: str) -> None:
            # The next person who can do something: asking everybody each time would take most of the time. Corrections
            # would fill the whole play.
            in_turn = (*people[turn:], *people[:turn])
            chosen = next(
                ((who, names) for who in in_turn if (names := self.play.offered(case, who, correct=pick % 5 == 4))),
                None,
            )
            if chosen:
                who, names = chosen
                name = names[-1 - pick % len(names)]
                refused = self.play.attempt(self.play.moves(case, who, to)[name])
                assert refused is None, f"{name} was offered to {who.name} and refused: {refused}"
                tally[name] = tally.get(name, 0) + 1

        def try_anything(self, case: AuditCase, turn: int, pick: int, to: str) -> None:
            moves = self.play.moves(case, people[turn], to)
            name = list(moves)[pick % len(moves)]
            # What is always possible would soon leave nothing to decide, and nobody to decide it.
            if name not in {"stand aside", "raise concern"} or pick % 3 == 0:
                refused = self.play.attempt(moves[name])
                assert refused is None or refused.endswith("."), "a refusal is a sentence"
                done = "refused" if refused else name
                tally[done] = tally.get(done, 0) + 1

        @invariant()
        def nothing_submitted_changes(self) -> None:
            now = {row.name: row for row in self.rows()}
            assert {name: row for name, row in now.items() if name in self.submitted} == self.submitted
            self.submitted = now

        def rows(self) -> list[Row]:
            find, parts = (
                self.play.session.scalars,
                (selectinload(Assessment.judgements), selectinload(Assessment.facts)),
            )
            submitted = select(Assessment).where(
                Assessment.state == AssessmentState.SUBMITTED, Assessment.case_id.in_(open_cases)
            )
            return [
                *map(assessment_row, find(submitted.options(*parts))),
                *map(decision_row, find(select(Decision))),
                *map(own_view_row, find(select(OwnView))),
                *map(note_row, find(select(ChallengeNote))),
            ]

        @invariant()
        def every_case_holds(self) -> None:
            for number in range(len(open_cases)):
                case = self.play.case(number)
                decisions = list(
                    self.play.session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id))
                )
                nobody_decides_on_their_own_grade(self.play.session, case, decisions)
                the_grade_is_the_fold(self.play.session, case, decisions)
                the_lowest_grade_has_its_return(self.play.session, case, decisions)

        @invariant()
        def a_decision_has_its_own_view(self) -> None:
            for challenge in self.play.session.scalars(select(Challenge)):
                for stage, decision in (
                    (Stage.DECISION, challenge.decision),
                    (Stage.ADJUDICATION, challenge.adjudication),
                ):
                    holds = challenge.state not in {ChallengeState.DECIDED, ChallengeState.ADJUDICATED}
                    newest = challenge.adjudication or challenge.decision
                    assert holds or (newest is not None and challenge.taken_by == newest.by_id), "who decides has it"
                    assert (
                        decision is None
                        or self.play.session.scalars(
                            select(OwnView.id).where(
                                OwnView.challenge_id == challenge.id,
                                OwnView.stage == stage,
                                OwnView.person_id == decision.by_id,
                            )
                        ).all()
                    )

        @invariant()
        def a_finalised_audit_has_nothing_open(self) -> None:
            if self.play.audit.state is AuditState.FINALISED:
                assert list(still_open(self.play.session, self.play.people[0], self.play.audit)) == []

        def teardown(self) -> None:
            try:
                assert list(wrong(self.play.session)) == [], "the log explains every row"
            finally:
                self.block.__exit__(None, None, None)

    return Machine


def nobody_decides_on_their_own_grade(session: Session, case: AuditCase, decisions: Sequence[Decision]) -> None:
    by = [d.by_id for d in decisions if d.kind not in AUDITORS_OWN]
    assert len(set(by)) == len(by), "nobody decides twice on a case"
    assert set(by).isdisjoint(session.scalars(select(Assessment.author_id).where(Assessment.case_id == case.id)))
    parties = session.execute(select(Challenge.raised_by, Challenge.escalated_by).where(Challenge.case_id == case.id))
    assert set(by).isdisjoint(person for row in parties for person in row)


def the_grade_is_the_fold(session: Session, case: AuditCase, decisions: Sequence[Decision]) -> None:
    told = session.scalars(
        select(Event).where(Event.case_id == case.id, Event.name.in_(GRADE_EVENTS)).order_by(Event.number)
    ).all()
    # A resolution that leaves the grade as it is decides nothing.
    changed = [e for e in told if e.name != "benchmark_resolved" or e.details["grade"] != e.details["before"]]
    assert [e.details["grade"] for e in changed] == [d.grade for d in decisions]
    assert case.standing_grade == (decisions[-1].grade if decisions else None)


def the_lowest_grade_has_its_return(session: Session, case: AuditCase, decisions: Sequence[Decision]) -> None:
    became = [
        now
        for before, now in pairwise([None, *decisions])
        if now and (before is None or before.grade != "not_met" or now.kind is DecisionKind.CORRECTION)
    ]
    expected = {d.id for d in became if d.grade == "not_met"}
    returns = {r.decision_id: r for r in session.scalars(select(Return).where(Return.case_id == case.id))}
    assert set(returns) == expected
    if case.standing_grade == "not_met":
        assert returns[max(expected)].state is not ReturnState.WITHDRAWN
    waits = session.scalars(
        select(Challenge.id).where(
            Challenge.case_id == case.id, Challenge.state.in_([ChallengeState.OPEN, ChallengeState.ESCALATED])
        )
    )
    assert not (case.state is CaseState.FINAL and waits.all()), "nothing is final while it is disputed"


def test_whatever_anybody_does_the_rules_hold(world: World) -> None:
    for name, grants in MORE.items():
        for role, kind, scope in grants:
            give(world, name, role, kind, scope)
    left = [*cases(world, "A1")[1:], *cases(world, "A2")[1:]]
    for case_id in left:
        grade(world, case_id, "good")
    with world.database.reading() as session:
        open_cases = list(session.scalars(select(AuditCase.id).where(AuditCase.id.not_in(left)).order_by(AuditCase.id)))
    tally: dict[str, int] = {}
    run_state_machine_as_test(
        machine_of(world, open_cases, tally),
        settings=settings(
            max_examples=max(1, STEPS // STEPS_EACH),
            stateful_step_count=STEPS_EACH,
            deadline=None,
            database=None,
            derandomize=STEPS <= 200,
            # Shrinking takes minutes; a play has forty steps and can be read.
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
    done = sum(tally.values())
    print(f"{done:,} moves, {tally.get('refused', 0):,} of them refused, of {len(tally) - 1} kinds.")
    assert done > STEPS // 4, f"too little was done to prove anything: {tally}"
    assert {"return review", "own view", "refused"} <= set(tally), tally
