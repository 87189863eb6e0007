"""Random people, each with more than one role, do legal and illegal things in any order.

The rules hold after every step.
"""

import random
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions import situation_of_case
from app.audit.commission import actions as commission_actions
from app.audit.enums import AUDITORS_OWN, AuditState, CaseState, DecisionKind
from app.audit.grading import actions as grading
from app.audit.models import Assessment, AuditCase, Decision
from app.errors import Refusal
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.actions import Claim, Point, Ruling, situation_of_challenge
from app.moderation.challenges.rules import CHALLENGE, decides_blind
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.actions import Review
from app.moderation.returns.rules import RETURN
from app.moderation.submission import actions as submission_actions
from app.people.enums import Role, Scope
from app.people.rules import Viewer
from tests.moderation.stories import give, own_view, the_case, the_challenge
from tests.world import REF, World, cases, grade

LEAD, DIRECTOR, HEAD = (
    (Role.LEAD, Scope.AUDIT, REF),
    (Role.DIRECTOR, Scope.NATION, ""),
    (Role.HEAD_OF_SERVICE, Scope.AREA, "A2"),
)
MORE = {
    "im1": [LEAD, DIRECTOR],
    "im2": [LEAD, DIRECTOR],
    "head2": [LEAD],
    "ad": [HEAD, DIRECTOR],
    "second": [DIRECTOR],
    "head1": [LEAD],
    "lead": [DIRECTOR],
}
PEOPLE = (*MORE, "director")
SEEDS, STEPS = 8, 20
ENDINGS = {"accept", "withdraw", "let_go"}
OVER = {ChallengeState.WITHDRAWN, ChallengeState.ACCEPTED, ChallengeState.ADJUDICATED}

# The kind of thing, the name of the move, and who makes it.
Move = tuple[str, str, Viewer]


@dataclass
class Story:
    """One case, and who acts on it."""

    session: Session
    case: AuditCase
    people: list[Viewer]
    chance: random.Random

    @property
    def returned(self) -> Return | None:
        return self.session.scalars(
            select(Return).where(Return.case_id == self.case.id).order_by(Return.id.desc())
        ).first()

    @property
    def challenge(self) -> Challenge | None:
        return self.session.scalars(
            select(Challenge).where(Challenge.case_id == self.case.id).order_by(Challenge.id.desc())
        ).first()

    def possible(self, who: Viewer) -> list[Move]:
        """Return every legal move of a person."""
        returned, challenge = self.returned, self.challenge
        about = (
            RETURN.offers(returned, situation_of_case(self.case, who)) if returned else [],
            CHALLENGE.offers(challenge, situation_of_challenge(self.session, challenge, who)) if challenge else [],
        )
        found = [] if submission_actions.why_not_corrected(self.session, self.case, who) else [("case", "correct", who)]
        return found + [
            (kind, o.transition.name, who)
            for kind, offers in zip(("return", "challenge"), about, strict=True)
            for o in offers
            if not o.refusal
        ]

    def next_move(self) -> tuple[Move, bool]:
        """Return a move and whether it is legal: now and then any, else a legal one, which seldom ends the story.

        Whoever comes first and can do something does it: asking everybody each time would take most of the time.
        """
        if self.chance.random() < 0.2:
            move = self.any_move()
            return move, move in self.possible(move[2])
        endings: list[Move] = []
        for who in self.chance.sample(self.people, len(self.people)):
            legal = self.possible(who)
            going_on = [move for move in legal if move[1] not in ENDINGS]
            if going_on:
                return self.chance.choice(going_on if self.chance.random() < 0.9 else legal), True
            endings += legal
        move = self.chance.choice(endings) if endings else self.any_move()
        return move, move in endings

    def any_move(self) -> Move:
        there = [w for w, thing in ((RETURN, self.returned), (CHALLENGE, self.challenge)) if thing]
        names = [("case", "correct"), *((w.kind, t.name) for w in there for t in w.transitions if t.offered)]
        return (*self.chance.choice(names), self.chance.choice(self.people))

    def correct(self, who: Viewer, to: str) -> None:
        draft = submission_actions.start_correction(self.session, self.case, by=who)
        grading.save_grade(self.session, draft, grade=to, departure_reason="On the whole.")
        draft.correction_reason = "Read again."
        submission_actions.submit_grade(self.session, self.case, draft, indicated=None, by=who)

    def act(self, kind: str, name: str, who: Viewer) -> None:
        if kind == "case":
            self.correct(who, self.chance.choice(["not_met", "not_met", "good", "met"]))
            return
        session, returned, challenge = self.session, self.returned, self.challenge
        assert returned is not None
        if kind == "challenge":
            assert challenge is not None
            self.answer(challenge, name, who)
            return
        points = [Point("SAF1", "met", "On file.")]
        match name:
            case "review":
                returns_actions.review(
                    session,
                    returned,
                    Review(children_safe=True, note="Safe.", further_action=FurtherAction.NONE),
                    by=who,
                )
            case "accept":
                returns_actions.accept_grade(session, returned, by=who)
            case _:
                challenges_actions.challenge_grade(session, returned, Claim("met", "On file.", points), by=who)

    def answer(self, challenge: Challenge, name: str, who: Viewer) -> None:
        session = self.session
        points = [Point("SAF1", "met", "On file.")]
        # Mostly up and then down again, so that a case comes back and is decided by more people.
        likely = "met" if name == "decide" else "not_met"
        ruling = Ruling(self.chance.choice([likely, likely, "good", "met", "not_met"]), "Read twice.", points)
        if name in {"decide", "adjudicate"} and decides_blind(
            challenge, situation_of_challenge(session, challenge, who)
        ):
            own_view(session, challenge, who)
        match name:
            case "take":
                challenges_actions.take(session, challenge, by=who)
            case "let_go":
                challenges_actions.let_go(session, challenge, by=who)
            case "take_over":
                challenges_actions.take_over(session, challenge, reason="They are away.", by=who)
            case "withdraw":
                challenges_actions.withdraw_challenge(session, challenge, by=who)
            case "decide":
                challenges_actions.decide_challenge(session, challenge, ruling, by=who)
            case "accept":
                challenges_actions.accept_decision(session, challenge, by=who)
            case "escalate":
                challenges_actions.escalate(session, challenge, reason="Not agreed.", by=who)
            case _:
                challenges_actions.adjudicate(session, challenge, ruling, by=who)

    def decisions(self) -> list[Decision]:
        return list(
            self.session.scalars(select(Decision).where(Decision.case_id == self.case.id).order_by(Decision.id))
        )

    def holds(self) -> None:
        """Fail where a rule does not hold."""
        decisions = self.decisions()
        by = [d.by_id for d in decisions if d.kind not in AUDITORS_OWN]
        assert len(set(by)) == len(by), "nobody decided twice on a case, in whatever role"
        assert set(by).isdisjoint(
            self.session.scalars(select(Assessment.author_id).where(Assessment.case_id == self.case.id))
        )
        parties = self.session.execute(
            select(Challenge.raised_by, Challenge.escalated_by).where(Challenge.case_id == self.case.id)
        )
        assert set(by).isdisjoint(person for row in parties for person in row)
        assert self.case.standing_grade == decisions[-1].grade
        own = [d.kind in AUDITORS_OWN for d in decisions]
        assert own == sorted(own, reverse=True), "nothing is corrected once somebody else has decided"
        assert own.count(True) == len(
            self.session.scalars(select(Assessment.id).where(Assessment.case_id == self.case.id)).all()
        )
        self.returns_follow(decisions)

    def returns_follow(self, decisions: list[Decision]) -> None:
        """Each decision that makes a case Not Met, and each correction at Not Met, has a return.

        A correction withdraws the one before it.
        """
        expected = {
            d.id
            for n, d in enumerate(decisions)
            if d.grade == "not_met"
            and (n == 0 or decisions[n - 1].grade != "not_met" or d.kind is DecisionKind.CORRECTION)
        }
        returns = {r.decision_id: r for r in self.session.scalars(select(Return).where(Return.case_id == self.case.id))}
        assert set(returns) == expected
        corrected = {before.id for before, after in pairwise(decisions) if after.kind is DecisionKind.CORRECTION}
        withdrawn = {key for key, r in returns.items() if r.state is ReturnState.WITHDRAWN}
        assert withdrawn == corrected & expected
        stands = max(set(returns) - withdrawn, default=None)
        challenge = self.challenge
        waits = (
            stands is None
            or returns[stands].state in {ReturnState.OPEN, ReturnState.REVIEWED}
            or (challenge and challenge.state not in OVER)
        )
        assert (self.case.state is CaseState.FINAL) == (not waits), "final when nothing is open on it, and not before"


def refusal_of(story: Story, kind: str, name: str, who: Viewer) -> str | None:
    """Try a move; return the sentence that refuses it, or None where it was made."""
    try:
        with story.session.begin_nested():
            story.act(kind, name, who)
    except Refusal as refusal:
        return refusal.sentence
    return None


def tell(story: Story) -> int:
    """Let people act; return how many decisions were made besides the auditor's own."""
    end = story.chance.randrange(STEPS // 2, 2 * STEPS)
    for step in range(STEPS):
        before, ended = story.decisions(), story.case.audit.state is not AuditState.FIELDWORK
        move, legal = story.next_move()
        refused = refusal_of(story, *move)
        assert (refused is None) == legal, f"{move[2].name} was {'not ' * (not legal)}offered to {move[1]}: {refused}"
        assert refused is None or refused.endswith("."), "a refusal is a sentence"
        if ended:
            assert story.decisions() == before
            assert refused or move[1] == "review", "only what is for the children goes on"
        story.holds()
        if step == end:
            commission_actions.withdraw(
                story.session, story.case.audit, by=story.people[-1], reason="No longer wanted."
            )
    return sum(d.kind not in AUDITORS_OWN for d in story.decisions())


def stories(world: World, case_id: int) -> tuple[int, int]:
    """Tell stories of a case in which everybody has several roles; return the most decisions and corrections of one."""
    for name, grants in MORE.items():
        for role, kind, scope in grants:
            give(world, name, role, kind, scope)
    people, made, corrected = [world.viewer(name) for name in PEOPLE], [], []
    for seed in range(SEEDS):
        with world.database.writing() as session, session.begin_nested() as whole:
            story = Story(session, session.get_one(AuditCase, case_id), people, random.Random(seed))
            made.append(tell(story))
            corrected.append(sum(d.kind is DecisionKind.CORRECTION for d in story.decisions()))
            # Nothing of it stays for the next story.
            whole.rollback()
    return max(made), max(corrected)


def test_the_rules_hold_in_any_order(world: World) -> None:
    made, corrected = stories(world, the_case(world, the_challenge(world)))
    assert made >= 3, "the stories went too short to prove anything"
    assert corrected == 0, "the grade was challenged before they began"


def test_the_rules_hold_with_corrections(world: World) -> None:
    case_id = cases(world, "A2")[0]
    grade(world, case_id, "not_met")
    made, corrected = stories(world, case_id)
    assert made >= 2, "the stories went too short to prove anything"
    assert corrected >= 2
