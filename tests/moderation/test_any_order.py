"""Random people, each with more than one role, do legal and illegal things in any order; the rules hold after every step."""

import random
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import actions as audit_actions
from app.audit.actions import situation_of_case
from app.audit.enums import AuditState, CaseState
from app.audit.models import Assessment, AuditCase, Decision
from app.errors import Refusal
from app.moderation import actions
from app.moderation.actions import Point, Review, Ruling, situation_of_challenge
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.rules import CHALLENGE, RETURN
from app.people.enums import Role, Scope
from app.people.rules import Viewer
from tests.moderation.stories import give, the_case, the_challenge
from tests.world import REF, World

LEAD, DIRECTOR, HEAD = (Role.LEAD, Scope.AUDIT, REF), (Role.DIRECTOR, Scope.NATION, ""), (Role.HEAD_OF_SERVICE, Scope.AREA, "A2")
MORE = {"im1": [LEAD, DIRECTOR], "im2": [LEAD, DIRECTOR], "head2": [LEAD], "ad": [HEAD, DIRECTOR], "second": [DIRECTOR], "head1": [LEAD], "lead": [DIRECTOR]}
PEOPLE = (*MORE, "director")
SEEDS, STEPS = 8, 20
ENDINGS = {"accept", "withdraw"}
OVER = {ChallengeState.WITHDRAWN, ChallengeState.ACCEPTED, ChallengeState.ADJUDICATED}


@dataclass
class Story:
    """One case, and who acts on it."""

    session: Session
    case: AuditCase
    people: list[Viewer]
    chance: random.Random

    @property
    def returned(self) -> Return:
        return self.session.scalars(select(Return).where(Return.case_id == self.case.id).order_by(Return.id.desc())).first() or pytest.fail("none")

    @property
    def challenge(self) -> Challenge:
        return self.session.scalars(select(Challenge).where(Challenge.case_id == self.case.id).order_by(Challenge.id.desc())).first() or pytest.fail("none")

    def possible(self) -> list[tuple[str, str, Viewer]]:
        """Return every legal move as (kind of thing, name, who)."""
        found = []
        for who in self.people:
            about = (RETURN.offers(self.returned, situation_of_case(self.case, who)),
                     CHALLENGE.offers(self.challenge, situation_of_challenge(self.session, self.challenge, who)))  # fmt: skip
            found += [(kind, o.transition.name, who) for kind, offers in zip(("return", "challenge"), about, strict=True) for o in offers if not o.refusal]
        return found

    def next_move(self, legal: list[tuple[str, str, Viewer]]) -> tuple[str, str, Viewer]:
        """Return a legal move, seldom one that ends the story, or now and then any move."""
        if not legal or self.chance.random() < 0.2:
            return self.any_move()
        going_on = [move for move in legal if move[1] not in ENDINGS]
        return self.chance.choice(going_on if going_on and self.chance.random() < 0.9 else legal)

    def any_move(self) -> tuple[str, str, Viewer]:
        workflow = self.chance.choice([RETURN, CHALLENGE])
        return workflow.kind, self.chance.choice(workflow.transitions).name, self.chance.choice(self.people)

    def act(self, kind: str, name: str, who: Viewer) -> None:
        session, returned, challenge = self.session, self.returned, self.challenge
        points = [Point("SAF1", "met", "On file.")]
        # Mostly up and then down again, so that a case comes back and is decided by more people.
        likely = "met" if name == "decide" else "not_met"
        ruling = Ruling(self.chance.choice([likely, likely, "good", "met", "not_met"]), "Read twice.", points)
        match kind, name:
            case "return", "review":
                actions.review(session, returned, Review(children_safe=True, note="Safe.", further_action=FurtherAction.NONE), by=who)
            case "return", "accept":
                actions.accept_grade(session, returned, by=who)
            case "return", "challenge":
                actions.challenge_grade(session, returned, claimed_grade="met", summary="On file.", points=points, by=who)
            case _, "withdraw":
                actions.withdraw_challenge(session, challenge, by=who)
            case _, "decide":
                actions.decide_challenge(session, challenge, ruling, by=who)
            case _, "accept":
                actions.accept_decision(session, challenge, by=who)
            case _, "escalate":
                actions.escalate(session, challenge, reason="Not agreed.", by=who)
            case _:
                actions.adjudicate(session, challenge, ruling, by=who)

    def graded(self) -> list[tuple[int, str]]:
        rows = self.session.execute(select(Decision.by_id, Decision.grade).where(Decision.case_id == self.case.id).order_by(Decision.id))
        return [(by or 0, grade) for by, grade in rows]

    def holds(self) -> None:
        """Fail where a rule does not hold."""
        decisions = self.graded()
        by = [person for person, _ in decisions]
        assert len(set(by)) == len(by), "nobody decided twice on a case, in whatever role"
        assert set(by[1:]).isdisjoint(self.session.scalars(select(Assessment.author_id).where(Assessment.case_id == self.case.id)))
        parties = self.session.execute(select(Challenge.raised_by, Challenge.escalated_by).where(Challenge.case_id == self.case.id))
        assert set(by).isdisjoint(person for row in parties for person in row)
        assert self.case.standing_grade == decisions[-1][1]
        returns = self.session.scalars(select(Return).where(Return.case_id == self.case.id).order_by(Return.id)).all()
        assert len(returns) == sum(grade == "not_met" and (n == 0 or decisions[n - 1][1] != "not_met") for n, (_, grade) in enumerate(decisions))
        waits = self.returned.state in {ReturnState.OPEN, ReturnState.REVIEWED} or self.challenge.state not in OVER
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
    """Let people act; return how many decisions were made."""
    end = story.chance.randrange(STEPS // 2, 2 * STEPS)
    for step in range(STEPS):
        before, ended = story.graded(), story.case.audit.state is not AuditState.FIELDWORK
        legal = story.possible()
        move = story.next_move(legal)
        refused = refusal_of(story, *move)
        assert (refused is None) == (move in legal), f"{move[2].name} was {'not ' * (move not in legal)}offered to {move[1]}: {refused}"
        assert refused is None or refused.endswith("."), "a refusal is a sentence"
        if ended:
            assert story.graded() == before
            assert refused or move[1] == "review", "only what is for the children goes on"
        story.holds()
        if step == end:
            audit_actions.withdraw(story.session, story.case.audit, by=story.people[-1], reason="No longer wanted.")
    return len(story.graded())


def test_the_rules_hold_in_any_order(world: World) -> None:
    for name, grants in MORE.items():
        for role, kind, scope in grants:
            give(world, name, role, kind, scope)
    case_id, people, made = the_case(world, the_challenge(world)), [world.viewer(name) for name in PEOPLE], []
    for seed in range(SEEDS):
        with world.database.writing() as session, session.begin_nested() as story:
            made.append(tell(Story(session, session.get_one(AuditCase, case_id), people, random.Random(seed))))
            # Nothing of it stays for the next story.
            story.rollback()
    assert max(made) >= 4, "the stories went too short to prove anything"
