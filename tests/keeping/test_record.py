"""Whatever is edited past the product is found and named: rows, events, and both together.

What the product did is clean.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.audit.enums import AssessmentState, CaseState, DecisionKind
from app.audit.models import Assessment, Audit, AuditCase, Decision, FactAnswer, Judgement, ThresholdText
from app.clock import clock, today
from app.db import unsaved
from app.events import Event, EventHead, Subject, record
from app.keeping.record import fold, head, leads_to, wrong
from app.moderation.enums import ReturnState
from app.moderation.models import Challenge, ChallengePoint, Return
from app.people.models import Person, RoleGrant
from tests.world import World


def found(world: World) -> list[str]:
    with world.database.snapshot() as session:
        return list(wrong(session))


def test_what_the_product_did_is_clean(world: World) -> None:
    assert found(world) == []


def a_decision(session: Session) -> Decision:
    """Return a decision that nothing else points at."""
    return session.scalars(select(Decision).where(Decision.id.not_in(select(Return.decision_id))).limit(1)).one()


def a_return(session: Session) -> Return:
    """Return a return that was not challenged."""
    return session.scalars(select(Return).where(Return.id.not_in(select(Challenge.return_id))).limit(1)).one()


def a_judgement(session: Session) -> Judgement:
    """Return a judgement of a submitted assessment."""
    return session.scalars(
        select(Judgement).join(Assessment).where(Assessment.state == AssessmentState.SUBMITTED).limit(1)
    ).one()


def a_fact(session: Session) -> FactAnswer:
    return session.scalars(select(FactAnswer).limit(1)).one()


def graded(session: Session) -> AuditCase:
    return session.scalars(select(AuditCase).where(AuditCase.state == CaseState.GRADED).limit(1)).one()


# Returns how the sentences begin that name it.
Edit = Callable[[Session], str | tuple[str, ...]]


def changed(kind: type, pick: Callable[[Session], object], words: str, /, **values: object) -> Edit:
    """Return an edit of one row that gives the sentence's beginning."""

    def edit(session: Session) -> str:
        thing = pick(session)
        session.execute(update(kind).where(kind.id == thing.id).values(**values))  # type: ignore[attr-defined]
        return words.format(thing)

    return edit


def a_decision_more(session: Session) -> str:
    case = graded(session)
    session.execute(
        insert(Decision).values(
            case_id=case.id, kind=DecisionKind.ADJUDICATION, grade="good", reasons="", by_id=None, at=clock.now()
        )
    )
    return (
        f"Decision {session.scalar(select(func.max(Decision.id)))} of case {case.id} stands in its table, but no "
        "event made it"
    )


def a_decision_less(session: Session) -> str:
    kept = a_decision(session)
    session.execute(delete(Decision).where(Decision.id == kept.id))
    return f"Decision {kept.id} of case {kept.case_id} is in event"


def a_judgement_more(session: Session) -> str:
    kept = a_judgement(session)
    more = {
        "assessment_id": kept.assessment_id,
        "standard": ": what stands there as its point onZ",
        "judgement": "good",
        "degree": "",
        "evidence": "",
        "set_aside": False,
    }
    session.execute(insert(Judgement).values(**more))
    return f"Assessment {kept.assessment_id} of case"


def a_judgement_less(session: Session) -> str:
    kept = a_judgement(session)
    session.execute(delete(Judgement).where(Judgement.id == kept.id))
    return f"Assessment {kept.assessment_id} of case"


def a_return_less(session: Session) -> str:
    kept = a_return(session)
    session.execute(delete(Return).where(Return.id == kept.id))
    return f"Return {kept.id} of case {kept.case_id} is in event"


def a_return_more(session: Session) -> str:
    kept = a_return(session)
    spare = a_decision(session)
    values = {c.key: getattr(kept, c.key) for c in Return.__table__.columns if c.key != "id"}
    session.execute(insert(Return).values(**{**values, "decision_id": spare.id}))
    return (
        f"Return {session.scalar(select(func.max(Return.id)))} of case {kept.case_id} stands in its table, but no "
        "event made it"
    )


def a_case_more(session: Session) -> str:
    case = graded(session)
    values = {c.key: getattr(case, c.key) for c in AuditCase.__table__.columns if c.key != "id"}
    session.execute(insert(AuditCase).values(**{**values, "case_ref": "C-NEW", "practitioner_id": "P-NEW"}))
    return f"Case {session.scalar(select(func.max(AuditCase.id)))} stands in its table, but no event made it"


def a_role_more(session: Session) -> tuple[str, ...]:
    person = session.scalars(select(Person).where(Person.email == "nobody@example.test")).one()
    session.execute(
        insert(RoleGrant).values(
            person_id=person.id, role="director", scope_kind="nation", scope="", granted_at=clock.now()
        )
    )
    return (f"Person {person.id}: by event", f"Account {person.id}: what stands there as its roles")


def the_point(session: Session) -> str:
    point, kept = session.scalars(select(ChallengePoint)).one(), session.scalars(select(Challenge)).one()
    session.execute(update(ChallengePoint).values(evidence="Something else."))
    return f"Challenge {kept.id} of case {kept.case_id}: what stands there as its point on {point.standard}"


def the_document(session: Session) -> str:
    kept = session.scalars(select(ThresholdText).limit(1)).one()
    session.execute(
        update(ThresholdText).where(ThresholdText.id == kept.id).values(text=kept.text.replace("Good", "Fair"))
    )
    return f"Threshold {kept.id}: what stands there as its text is not what event"


def one(kind: type) -> Callable[[Session], object]:
    return lambda session: session.scalars(select(kind).limit(1)).one()


ROW_EDITS: dict[str, Edit] = {
    "a standing grade": changed(AuditCase, graded, "Case {0.id}: by event", standing_grade="met"),
    "an auditor": changed(AuditCase, graded, "Case {0.id}: by event", auditor_id=1),
    "a case's area": changed(AuditCase, graded, "Case {0.id}: what stands there as its place in the sample", area="A9"),
    "a case's state": changed(AuditCase, graded, "Case {0.id}: by event", state=CaseState.FINAL),
    "a case more": a_case_more,
    "an assessment's grade": changed(
        Assessment,
        lambda s: s.get_one(Assessment, a_judgement(s).assessment_id),
        "Assessment {0.id} of case {0.case_id}: by event",
        grade="met",
    ),
    "an assessment is a draft again": changed(
        Assessment,
        lambda s: s.get_one(Assessment, a_judgement(s).assessment_id),
        "Assessment {0.id} of case {0.case_id} is in event",
        state="draft",
    ),
    "the evidence": changed(
        Judgement, a_judgement, "Assessment {0.assessment_id} of case", evidence="Nothing of this is true."
    ),
    "a judgement": changed(Judgement, a_judgement, "Assessment {0.assessment_id} of case", judgement="met"),
    "a judgement more": a_judgement_more,
    "a judgement less": a_judgement_less,
    "an answer": changed(FactAnswer, a_fact, "Assessment {0.assessment_id} of case", answers=["unclear"]),
    "a decision's grade": changed(Decision, a_decision, "Decision {0.id} of case {0.case_id}: by event", grade="met"),
    "a decision's reasons": changed(
        Decision,
        a_decision,
        "Decision {0.id} of case {0.case_id}: what stands there as its reasons",
        reasons="Other reasons.",
    ),
    "a decision's author": changed(
        Decision, a_decision, "Decision {0.id} of case {0.case_id}: what stands there as its author", by_id=1
    ),
    "a decision more": a_decision_more,
    "a decision less": a_decision_less,
    "a return's state": changed(
        Return, a_return, "Return {0.id} of case {0.case_id}: by event", state=ReturnState.ACCEPTED
    ),
    "a return's window": changed(
        Return,
        a_return,
        "Return {0.id} of case {0.case_id}: what stands there as its windows",
        challenge_due=today() + timedelta(days=300),
    ),
    "a return's review": changed(
        Return,
        a_return,
        "Return {0.id} of case {0.case_id}: what stands there as its review",
        review_note="All is well.",
    ),
    "a return more": a_return_more,
    "a return less": a_return_less,
    "a challenge's claim": changed(
        Challenge,
        one(Challenge),
        "Challenge {0.id} of case {0.case_id}: what stands there as its claim",
        claimed_grade="good",
    ),
    "a contested point": the_point,
    "an audit's target": changed(Audit, one(Audit), "Audit {0.id}: what stands there as its framework", good_target=10),
    "an audit's state": changed(Audit, one(Audit), "Audit {0.id}: by event", state="published"),
    "a role more": a_role_more,
    "a person's address": changed(
        Person, one(Person), "Person {0.id}: what stands there as its name", email="somebody@else.test"
    ),
    "a threshold document": the_document,
}


@pytest.mark.parametrize("what", ROW_EDITS)
def test_an_edited_row_is_found_and_named(world: World, what: str) -> None:
    with world.database.writing() as session:
        words = ROW_EDITS[what](session)
    sentences = found(world)
    assert sentences
    assert all(s.startswith(words) for s in sentences), sentences


def some_event(session: Session) -> int:
    return session.scalars(select(Event.number).where(Event.name == "grade_submitted").limit(1)).one()


def a_payload(session: Session) -> str:
    number = some_event(session)
    kept = session.get_one(Event, number).payload or ""
    session.execute(update(Event).where(Event.number == number).values(payload=kept.replace('"not_met"', '"good"')))
    return f"Event {number} (grade_submitted): its details were changed"


def an_actor(session: Session) -> str:
    number = some_event(session)
    session.execute(update(Event).where(Event.number == number).values(actor_id=1))
    return f"Event {number} (grade_submitted): it does not follow"


def a_time(session: Session) -> str:
    number = some_event(session)
    session.execute(update(Event).where(Event.number == number).values(at=text("'2020-01-01 00:00:00'")))
    return f"Event {number} (grade_submitted): it does not follow"


def an_event_less(session: Session) -> str:
    number = some_event(session)
    session.execute(delete(Event).where(Event.number == number))
    return f"Event {number} is missing"


def two_events_swapped(session: Session) -> str:
    number = some_event(session)
    for old, new in ((number, -1), (number + 1, number), (-1, number + 1)):
        session.execute(update(Event).where(Event.number == old).values(number=new))
    return f"Event {number} ("


def the_tail_cut(session: Session) -> str:
    last = session.get_one(EventHead, 1).number
    session.execute(delete(Event).where(Event.number > last - 3))
    return f"The log's head names event {last}, but the last event is {last - 3}"


def the_tail_cut_and_the_head_moved(session: Session) -> str:
    last = session.scalars(
        select(Event).where(Event.name == "grade_submitted").order_by(Event.number.desc()).limit(1)
    ).one()
    before = session.get_one(Event, last.number - 1)
    session.execute(update(EventHead).values(number=before.number, chain=before.chain))
    session.execute(delete(Event).where(Event.number > before.number))
    return f"Case {last.case_id}: by event"


def the_head_removed(session: Session) -> str:
    session.execute(delete(EventHead))
    return "The log's head is missing"


EVENT_EDITS: dict[str, Edit] = {
    "a payload": a_payload,
    "an actor": an_actor,
    "a time": a_time,
    "an event less": an_event_less,
    "two events swapped": two_events_swapped,
    "the tail cut": the_tail_cut,
    "the tail cut and the head moved": the_tail_cut_and_the_head_moved,
    "the head removed": the_head_removed,
}


@pytest.mark.parametrize("what", EVENT_EDITS)
def test_an_edited_log_is_found_and_named(world: World, what: str) -> None:
    with world.database.writing() as session:
        words = EVENT_EDITS[what](session)
    assert found(world)[0].startswith(words), found(world)


def test_an_older_database_put_back_is_found_by_a_head_that_was_kept(world: World) -> None:
    with world.database.writing() as session:
        older = head(session)
        record(session, "signed_in", by=1, subject=Subject("person", 1))
        newer = head(session)
    with world.database.reading() as session:
        assert leads_to(session, older)
        assert leads_to(session, newer)
        assert leads_to(session, "0:" + "0" * 64)
        for no in ("", "x", "1:", "999999:" + "0" * 64, newer[:-1], "9" * 50, "²:x", "0:x"):
            assert not leads_to(session, no)
    with world.database.writing() as session:
        number, _, chain = older.partition(":")
        session.execute(delete(Event).where(Event.number > int(number)))
        session.execute(update(EventHead).values(number=int(number), chain=chain))
    assert found(world) == []
    with world.database.reading() as session:
        assert not leads_to(session, newer)


def test_the_last_word_of_the_log_counts() -> None:
    def event(number: int, payload: str | None) -> Event:
        return unsaved(Event, number=number, name="x", case_id=7, payload=payload, salt="s")

    folded = fold(
        [
            event(1, '{"rows": [["case", 7, {"state": "drawn"}, {}]]}'),
            event(2, "{}"),
            event(3, '{"rows": [["case", 7, {"state": "graded"}, {}]]}'),
            event(4, None),
        ]
    )
    assert {name: (said.number, said.shown) for name, said in folded.rows.items()} == {
        ("case", "7"): (3, {"state": "graded"})
    }
    assert folded.gone == {4: "x"}
    assert folded.erased == set()
