"""People who act at the same moment, and a server that dies under them."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete, event, func, select

from app.audit.enums import CaseState, DecisionKind
from app.audit.models import Assessment, AuditCase, Decision, Judgement
from app.audit.standing.models import DecidedJudgement
from app.audit.wording.models import ClauseReading
from app.events import Event
from app.keeping.record import faults, wrong
from app.moderation.challenges import actions as challenges_actions
from app.moderation.enums import ChallengeState
from app.moderation.models import Challenge, OwnView
from app.people.models import Person
from tests.browser import plain
from tests.journeys.site import Site
from tests.moderation.stories import after_own_view
from tests.served import at_once, client, hidden, once_of
from tests.world import World, cases, challenge, grade

pytestmark = pytest.mark.served
# How many races of each pair; a long night can run 500.
ROUNDS = int(os.environ.get("CASEWORK_AUDIT_RACES", "6"))
KILLS = 2


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """Return the installation that serves the world, not started yet."""
    folder = tmp_path / "site"
    folder.mkdir()
    made = Site(folder, world.settings.database_url)
    yield made
    made.stop(signal.SIGKILL)


def challenges(world: World, count: int, *deciding: str) -> Iterator[int]:
    """Give this many open challenges one after another, each seen first by those who will decide it.

    What has gone before it is undone.
    """
    case_id = cases(world, "A2")[0]
    grade(world, case_id, "not_met")
    raised = challenge(world, case_id, "head2")
    for name in deciding:
        after_own_view(world, name, raised)
        let_go(world, name, raised)
    for _ in range(count):
        yield raised
        reopen(world, raised)


def let_go(world: World, name: str, raised: int) -> None:
    """Let somebody let a challenge go that their own view took on, so that another can take it."""
    with world.database.writing() as session:
        challenges_actions.let_go(session, session.get_one(Challenge, raised), by=world.viewer(name))


def reopen(world: World, raised: int) -> None:
    """Bring a challenge back to where it was before it was decided or withdrawn, as no act of the product could."""
    with world.database.writing() as session:
        kept = session.get_one(Challenge, raised)
        kept.taken_by = kept.taken_at = None
        kept.state, kept.outcome, kept.decision_id, kept.case.state, kept.case.standing_grade = (
            ChallengeState.OPEN,
            None,
            None,
            CaseState.GRADED,
            "not_met",
        )
        session.flush()
        session.execute(delete(DecidedJudgement).where(DecidedJudgement.case_id == kept.case_id))
        session.execute(delete(ClauseReading).where(ClauseReading.case_id == kept.case_id))
        session.execute(
            delete(Decision).where(Decision.case_id == kept.case_id, Decision.kind == DecisionKind.CHALLENGE_DECISION)
        )


def ruling(grade: str, reasons: str) -> dict[str, str]:
    """Return a filled-in decision."""
    return {
        "SAF1-level": grade,
        "SAF1-degree": "moderate",
        "SAF1-why": reasons,
        "SAF1-cause": "error",
        "grade": grade,
        "reasons": reasons,
    }


def test_of_two_moderators_one_decides_and_the_other_is_told(world: World, site: Site) -> None:
    site.start()
    with client(site.url, "lead") as first, client(site.url, "second") as second:
        for challenge_id in challenges(world, ROUNDS, "lead", "second"):
            path = f"/challenges/{challenge_id}/decide"
            sent = [(first, ruling("met", "The lead says met.")), (second, ruling("not_met", "The second says not."))]
            answers = at_once([partial(who.post, path, data=form) for who, form in sent])
            assert sorted(a.status_code for a in answers) == [303, 409]
            lost = next(i for i, a in enumerate(answers) if a.status_code == 409)
            words = plain(answers[lost].text)
            assert sent[lost][1]["reasons"] in words, "what the loser typed is given back"
            assert "decided" in words.lower()
            with world.database.reading() as session:
                kept = session.get_one(Challenge, challenge_id)
                decisions = session.scalars(
                    select(Decision).where(
                        Decision.case_id == kept.case_id, Decision.kind == DecisionKind.CHALLENGE_DECISION
                    )
                ).all()
            assert [d.grade for d in decisions] == [sent[1 - lost][1]["grade"]]
            assert kept.state is ChallengeState.DECIDED
    with world.database.reading() as session:
        assert list(faults(session)) == []


def test_of_two_who_take_a_challenge_at_once_one_has_it(world: World, site: Site) -> None:
    site.start()
    names = {"lead": "second", "second": "lead"}
    with client(site.url, "lead") as first, client(site.url, "second") as second:
        for raised in challenges(world, ROUNDS):
            answers = at_once([partial(who.post, f"/challenges/{raised}/take") for who in (first, second)])
            assert sorted(a.status_code for a in answers) == [303, 409]
            won = list(names)[[a.status_code for a in answers].index(303)]
            with world.database.reading() as session:
                assert session.get_one(Challenge, raised).taken_by == world.viewer(won).id
            refused = plain(next(a for a in answers if a.status_code == 409).text)
            assert f"{world.viewer(won).name} has had this challenge since" in refused
    with world.database.reading() as session:
        assert list(faults(session)) == []


def test_a_challenge_is_withdrawn_or_decided_never_both(world: World, site: Site) -> None:
    site.start()
    with client(site.url, "lead") as lead, client(site.url, "head2") as head:
        for challenge_id in challenges(world, ROUNDS, "lead"):
            withdraw, decide = f"/challenges/{challenge_id}/withdraw", f"/challenges/{challenge_id}/decide"
            answers = at_once([partial(head.post, withdraw), partial(lead.post, decide, data=ruling("met", "Enough."))])
            assert sorted(a.status_code for a in answers) == [303, 409]
            assert answers[1].status_code == 303 or "Enough." in plain(answers[1].text), (
                "what the moderator typed is given back"
            )
            with world.database.reading() as session:
                kept = session.get_one(Challenge, challenge_id)
            assert kept.state is (ChallengeState.WITHDRAWN if answers[0].status_code == 303 else ChallengeState.DECIDED)
            assert (kept.decision_id is None) == (kept.state is ChallengeState.WITHDRAWN)


def test_an_own_view_is_recorded_once_however_often_it_is_sent(world: World, site: Site) -> None:
    raised = next(challenges(world, 1))
    site.start()
    sent = [{"SAF1-own": level, "SAF1-note": f"I found {level}."} for level in ("met", "good")]
    with client(site.url, "lead") as one, client(site.url, "lead") as other:
        for number in range(ROUNDS):
            path = f"/challenges/{raised}/view"
            answers = at_once(
                [partial(who.post, path, data=form) for who, form in zip((one, other), sent, strict=True)]
            )
            assert sorted(a.status_code for a in answers) == [303, 409]
            won = next(i for i, a in enumerate(answers) if a.status_code == 303)
            with world.database.writing() as session:
                assert [v.level for v in session.scalars(select(OwnView))] == [sent[won]["SAF1-own"]]
                # Taking it back is no act of the product, so rows follow from the log only up to the first round.
                assert list(wrong(session) if number == 0 else ()) == []
                session.execute(delete(OwnView))
    with world.database.reading() as session:
        assert list(faults(session)) == []


def test_a_form_sent_five_times_at_once_acts_once(world: World, site: Site) -> None:
    site.start()
    with client(site.url, "lead") as lead:
        for number, raised in enumerate(challenges(world, ROUNDS, "lead"), 1):
            path = f"/challenges/{raised}/decide"
            lead.post(path, data={**ruling("met", "Enough."), "act": "check"})
            form = {**ruling("met", "Enough."), "once": once_of(lead.get(f"{path}/check").text)}
            answers = at_once([partial(lead.post, path, data=form)] * 5)
            assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, f"/challenges/{raised}")}
            with world.database.reading() as session:
                decided = (Event.name == "challenge_decided") & (Event.subject_id == str(raised))
                assert session.scalar(select(func.count()).where(decided)) == number


def test_a_server_that_is_killed_loses_nothing_that_it_acknowledged(world: World, site: Site) -> None:
    held = {
        name: next(c for c in cases(world, area) if _auditor(world, c) == name)
        for name, area in (("im1", "A1"), ("im2", "A2"))
    }
    acknowledged = dict.fromkeys(held, 0)
    chance = random.Random(2014)
    for _ in range(KILLS):
        site.start()
        with ExitStack() as stack:
            savers = [
                _Saver(stack.enter_context(client(site.url, name)), name, case_id, acknowledged)
                for name, case_id in held.items()
            ]
            for saver in savers:
                saver.start()
            _until(partial(_each_wrote_two, dict(acknowledged), acknowledged))
            time.sleep(chance.random() / 4)
            site.stop(signal.SIGKILL)
            for saver in savers:
                saver.join(30)
        for name, case_id in held.items():
            assert _entry(world, case_id) in {acknowledged[name], acknowledged[name] + 1}
            acknowledged[name] = _entry(world, case_id)
    assert min(acknowledged.values()) > KILLS, "the test wrote too little to prove anything"
    with world.database.reading() as session:
        assert list(faults(session)) == []


def _each_wrote_two(before: dict[str, int], now: dict[str, int]) -> bool:
    return all(now[name] > number + 1 for name, number in before.items())


def _until(done: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something, however slow the machine is."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.01)


class _Saver(threading.Thread):
    """Saves an entry, and the next, until the server is gone; keeps the number of the last one acknowledged."""

    def __init__(self, who: httpx.Client, name: str, case_id: int, acknowledged: dict[str, int]) -> None:
        super().__init__()
        self.who, self.path, self.called, self.acknowledged = who, f"/cases/{case_id}/assess", name, acknowledged

    def run(self) -> None:
        number = self.acknowledged[self.called]
        try:
            # Begun already where an earlier server was killed before it could answer.
            assert self.who.post(self.path).status_code in {303, 409}
            while True:
                number += 1
                page = f"{self.path}/standards/safeguarding"
                # As a browser does: the form says what it was served with, so that two windows cannot wipe each other's
                # answers.
                form = {"served": hidden(self.who.get(page).text, "served"), "SAF1-evidence": f"Entry {number}"}
                if self.who.post(page, data=form).status_code == 303:
                    self.acknowledged[self.called] = number
        except httpx.TransportError:
            return


def test_an_answer_leaves_only_after_its_commit(world: World) -> None:
    raised = next(challenges(world, 1, "lead"))
    lead = world.browser("lead")

    def fail(_connection: object) -> None:
        message = "The disk is full."
        raise OSError(message)

    event.listen(world.database.engine, "commit", fail)
    answer = lead.send("POST", f"/challenges/{raised}/decide", data=ruling("met", "Enough."))
    event.remove(world.database.engine, "commit", fail)
    assert answer.status_code == 500
    with world.database.reading() as session:
        assert session.get_one(Challenge, raised).state is ChallengeState.OPEN


def _auditor(world: World, case_id: int) -> str:
    with world.database.reading() as session:
        return session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id).email.partition("@")[0]


def _entry(world: World, case_id: int) -> int:
    with world.database.reading() as session:
        text = session.scalar(
            select(Judgement.evidence)
            .join(Assessment)
            .where(Assessment.case_id == case_id, Judgement.standard == "SAF1")
        )
    return int(text.split()[1]) if text else 0
