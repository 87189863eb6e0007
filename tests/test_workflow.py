"""The engine of all moves: who is offered what, which sentence refuses, and that a move happens whole or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from app.audit.enums import ThresholdState
from app.audit.library.rules import THRESHOLD, DraftKnown
from app.audit.models import ThresholdText
from app.clock import clock
from app.db import Base, unsaved
from app.errors import Conflict, Forbidden
from app.events import Event, EventHead, EventLog, Row, Subject, record
from app.keeping.record import faults
from app.people.enums import Role
from app.people.models import Person
from app.report.enums import SignOffState
from app.report.models import SignOff
from app.report.publication.rules import SIGN_OFF, SignOffKnown
from app.workflow import (
    Situation,
    Stamp,
    Transition,
    Workflow,
    begin,
    in_words,
    looked_up,
    mermaid,
    move,
    moving,
    roles_of,
)
from tests.moves import AREA, ME, REF, TODAY, stopped, thing, who

NOBODY, LEAD, DIRECTOR = who(), who(Role.LEAD), who(Role.DIRECTOR)
SUBJECT = Subject("threshold", 7, REF)


class State(StrEnum):
    """Where a thing of these tests can be."""

    NEW = "new"
    SEEN = "seen"
    DONE = "done"
    LOST = "lost"


def not_in_haste(it: Any, _situation: Situation[Any]) -> str | None:
    return "Not in haste." if it.haste else None


def not_twice(it: Any, situation: Situation[Any]) -> str | None:
    return "Not twice." if it.by == situation.viewer.id else None


ROWS: tuple[Transition[Any, Any], ...] = (
    Transition("begin", "Begin", (), State.NEW, (Role.DIRECTOR,), "begun", offered=False),
    Transition("look", "Look", (State.NEW,), State.SEEN, (Role.LEAD, Role.DIRECTOR), "seen", (not_in_haste,)),
    Transition("end", "End", (State.SEEN,), State.DONE, (Role.LEAD,), "done", personal=(not_twice,)),
    Transition("lose", "Lose", (State.NEW, State.SEEN), State.LOST, (Role.LEAD,), "lost", offered=False),
)
LABELS = {State.NEW: "New", State.SEEN: "Seen", State.DONE: "Done", State.LOST: "Lost"}
FLOW: Workflow[Any, Any] = Workflow("thing", "thing", LABELS, ROWS, lambda of: Row("thing", of.id, {}, {}))


def it(state: State = State.NEW, *, haste: bool = False, by: int = 0) -> Any:
    return thing(state, haste=haste, by=by)


def at(viewer: Any = LEAD) -> Situation[Any]:
    return Situation(viewer, REF, None, AREA)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with stopped():
        yield


def test_what_is_offered_follows_from_state_and_role_and_says_what_is_in_the_way() -> None:
    def offered(of: Any, viewer: Any) -> list[tuple[str, str | None]]:
        return [(o.transition.name, o.refusal) for o in FLOW.offers(of, at(viewer))]

    assert offered(it(), LEAD) == [("look", None)]
    assert offered(it(haste=True), LEAD) == [("look", "Not in haste.")]
    assert offered(it(State.SEEN, by=ME), LEAD) == [("end", "Not twice.")]
    assert offered(it(State.SEEN), LEAD) == [("end", None)]
    assert offered(it(State.SEEN), DIRECTOR) == offered(it(), NOBODY) == offered(it(State.DONE), LEAD) == []


def test_one_move_is_offered_where_it_can_be_made() -> None:
    def offer(name: str, of: Any, viewer: Any = LEAD) -> str | None:
        found = FLOW.offer(name, of, at(viewer))
        return "no" if found is None else found.refusal

    assert offer("look", it()) is None
    assert offer("look", it(haste=True)) == "Not in haste."
    assert offer("look", it(State.SEEN)) == offer("look", it(), NOBODY) == "no"
    # What begins a thing leaves no state.
    assert offer("begin", it(State.DONE), DIRECTOR) is None


def test_the_first_reason_is_the_role_then_the_state_then_a_guard() -> None:
    assert FLOW.refusal("look", it(State.DONE, haste=True), at(NOBODY)) == (
        "Only the audit lead or the national service director can do this."
    )
    assert (
        FLOW.refusal("look", it(State.DONE, haste=True), at())
        == "This thing is now ‘done’, so ‘Look’ is no longer possible."
    )
    assert FLOW.refusal("look", it(haste=True), at()) == "Not in haste."
    assert FLOW.refusal("end", it(State.SEEN, by=ME), at()) == "Not twice."
    assert FLOW.refusal("look", it(), at()) is None


def test_what_is_to_come_is_told_from_what_is_past() -> None:
    assert FLOW.moved_on(it(), FLOW["end"]) == "This thing is now ‘new’. ‘End’ is possible once it is ‘seen’."
    assert FLOW.moved_on(it(State.LOST), FLOW["end"]).endswith("so ‘End’ is no longer possible.")
    assert FLOW.moved_on(it(State.DONE), FLOW["lose"]).endswith("so ‘Lose’ is no longer possible.")
    far = (*ROWS[1:3], Transition("keep", "Keep", (State.DONE, State.SEEN), State.LOST, (Role.LEAD,), "kept"))
    chain: Workflow[Any, Any] = Workflow("thing", "thing", LABELS, far, FLOW.row)
    assert chain.moved_on(it(), chain["keep"]).endswith("‘Keep’ is possible once it is ‘done’ or ‘seen’.")
    last: Workflow[Any, Any] = Workflow("thing", "thing", LABELS, (far[2], far[1], far[0]), FLOW.row)
    only_done: Transition[Any, Any] = Transition("x", "X", (State.DONE,), State.LOST, (Role.LEAD,), "x")
    assert last.moved_on(it(), only_done).endswith("‘X’ is possible once it is ‘done’.")
    told: Workflow[Any, Any] = Workflow("thing", "thing", LABELS, ROWS, FLOW.row, {State.DONE: "It is all done"})
    assert told.moved_on(it(State.DONE), told["look"]) == "It is all done, so ‘Look’ is no longer possible."


def test_who_is_barred_for_good_is_told_by_role_or_part() -> None:
    assert FLOW.barred("end", it(State.NEW, by=ME), at()) == "Not twice."
    assert FLOW.barred("look", it(haste=True), at()) is None
    assert FLOW.barred("end", it(State.SEEN), at(DIRECTOR)) == "Only the audit lead can do this."


def test_a_move_is_demanded() -> None:
    assert FLOW.demand("look", it(), at()) is FLOW["look"]
    with pytest.raises(Forbidden, match="Only the audit lead or the national service director"):
        FLOW.demand("look", it(State.DONE), at(NOBODY))
    with pytest.raises(Conflict, match="no longer"):
        FLOW.demand("look", it(State.DONE), at())


def test_a_row_reads_where_the_thing_belongs() -> None:
    head: Transition[Any, Any] = Transition("x", "X", (), State.NEW, (Role.HEAD_OF_SERVICE,), "x")
    assert head.is_for(who(Role.HEAD_OF_SERVICE), area=AREA)
    assert not head.is_for(who(Role.HEAD_OF_SERVICE))
    assert not head.is_for(who(Role.HEAD_OF_SERVICE), area="A2")
    head.demand_role(who(Role.HEAD_OF_SERVICE), area=AREA)
    with pytest.raises(Forbidden, match="Only the head of service"):
        head.demand_role(who(Role.HEAD_OF_SERVICE), area="A2")
    assert [row.may_leave(State.NEW) for row in ROWS] == [True, True, False, True]
    assert [row.offered for row in (head, ROWS[0])] == [True, False]


def test_words_and_the_diagram() -> None:
    assert roles_of(*ROWS[1:]) == (Role.LEAD, Role.DIRECTOR)
    assert in_words((Role.LEAD, Role.READER)) == f"the audit lead or the {Role.READER.label.lower()}"
    same: Workflow[Any, Any] = Workflow("thing", "thing", LABELS, (*ROWS[:2], ROWS[1]), FLOW.row)
    assert mermaid(same) == "stateDiagram-v2\n    [*] --> new: Begin\n    new --> seen: Look"
    assert looked_up(0) == 0
    with pytest.raises(LookupError):
        looked_up(None)


@pytest.fixture
def session() -> Iterator[Session]:
    """Return a session on tables of its own, without what they point to."""
    engine = create_engine("sqlite://")
    tables = [model.__table__ for model in (Person, ThresholdText, SignOff, Event, EventHead)]
    Base.metadata.create_all(engine, tables=tables)
    log = EventLog(b"a key", lambda _session, _event: None)
    sessions = sessionmaker(engine, info={"event_log": log})
    log.attend(sessions)
    with sessions() as made:
        yield made
    engine.dispose()


@pytest.fixture
def draft(session: Session) -> ThresholdText:
    """Return a draft of a threshold document, beside another one."""
    columns: dict[str, Any] = {
        "version": "1",
        "title": "T",
        "subject": "case",
        "text": "",
        "sha256": "",
        "loaded_at": clock.now(),
    }
    made = [ThresholdText(id=n, document_id=f"d{n}", state=ThresholdState.DRAFT, **columns) for n in (7, 8)]
    session.add_all(made)
    session.flush()
    return made[0]


CLEAN: Situation[Any] = Situation(LEAD, "", DraftKnown(()))


def events(session: Session) -> list[tuple[str, int | None, Any]]:
    return [(e.name, e.actor_id, e.details) for e in session.scalars(select(Event).order_by(Event.number))]


def test_a_move_changes_the_state_and_tells_of_it_with_every_row(session: Session, draft: ThresholdText) -> None:
    details = {"why": "It is done."}
    with moving(session, THRESHOLD, "publish", draft, situation=CLEAN, subject=SUBJECT, details=details) as rows:
        assert draft.state is ThresholdState.PUBLISHED
        rows.append(Row("other", 1, {}, {}))
        draft.title = "T, changed in the block"
    other = session.get_one(ThresholdText, 8)
    assert other.state is ThresholdState.DRAFT, "only the one thing is moved"
    [(name, actor, told)] = events(session)
    assert (name, actor) == ("threshold_published", ME)
    assert {k: told[k] for k in ("why", "from", "state")} == {
        "why": "It is done.",
        "from": "draft",
        "state": "published",
    }
    assert [row[:2] for row in told["rows"]] == [["threshold", 7], ["other", 1]] or len(told["rows"]) == 2
    assert list(faults(session)) == []
    assert not session.dirty, "what the block changed is written before the event tells of it"


def test_a_move_that_is_not_legal_leaves_everything_as_it_was(session: Session, draft: ThresholdText) -> None:
    dirty: Situation[Any] = Situation(LEAD, "", DraftKnown(("a fault",)))
    with pytest.raises(Conflict, match="1 thing has to be mended"):
        move(session, THRESHOLD, "publish", draft, situation=dirty, subject=SUBJECT)
    with pytest.raises(Forbidden):
        move(session, THRESHOLD, "publish", draft, situation=Situation(NOBODY, "", DraftKnown(())), subject=SUBJECT)
    assert (draft.state, events(session)) == (ThresholdState.DRAFT, [])


def test_whoever_comes_second_is_told_although_they_read_the_first_state(
    session: Session, draft: ThresholdText
) -> None:
    # Somebody else moved it since it was read.
    table: Any = ThresholdText
    session.execute(
        update(table).where(table.id == 7).values(state=ThresholdState.DISCARDED),
        execution_options={"synchronize_session": False},
    )
    assert draft.state is ThresholdState.DRAFT
    with pytest.raises(Conflict):
        move(session, THRESHOLD, "publish", draft, situation=CLEAN, subject=SUBJECT)
    assert events(session) == []


def test_the_sentence_says_since_when_where_the_table_has_words_for_it(session: Session, draft: ThresholdText) -> None:
    move(session, THRESHOLD, "publish", draft, situation=CLEAN, subject=SUBJECT)
    plain = THRESHOLD.moved_on(draft, THRESHOLD["discard"])
    now = f"This threshold document is now ‘{THRESHOLD.labels[draft.state].lower()}’"
    assert plain == f"{now}, so ‘Discard the draft’ is no longer possible."
    words = {ThresholdState.PUBLISHED: "It was published"}
    told: Workflow[Any, Any] = Workflow(
        "thing", "threshold", THRESHOLD.labels, THRESHOLD.transitions, THRESHOLD.row, words
    )
    clock.set(datetime(2026, 11, 26, 9, tzinfo=UTC))
    record(session, "threshold_discarded", by=ME, subject=SUBJECT)
    record(session, "threshold_published", by=ME, subject=Subject("threshold", 8, REF))
    record(session, "threshold_published", by=ME, subject=Subject("else", 7, REF))
    assert (
        told.moved_on(draft, told["discard"])
        == "It was published on 25 November 2026, so ‘Discard the draft’ is no longer possible."
    )


def signed(number: int | None = None) -> SignOff:
    return unsaved(SignOff, id=number, audit_id=1, role=Role.LEAD, sha256="", by_id=ME, at=clock.now())


def test_a_thing_begins_with_its_event(session: Session) -> None:
    situation = Situation(LEAD, REF, SignOffKnown(None, {}))
    made = signed()
    begin(
        session,
        SIGN_OFF,
        "sign_as_lead",
        made,
        situation=situation,
        subject=lambda of: Subject("sign-off", of.id, REF),
        details={"as": "lead"},
        rows=[Row("other", 1, {}, {})],
    )
    event = session.scalars(select(Event)).one()
    assert made.id is not None
    assert (event.subject_kind, event.subject_id) == ("sign-off", str(made.id))
    [(name, actor, told)] = events(session)
    assert (name, actor, told["as"], len(told["rows"])) == ("report_signed_off", ME, "lead", 2)
    assert "state" not in told
    assert session.get(SignOff, made.id) is made
    closed = Situation(LEAD, REF, SignOffKnown("Not now.", {}))
    with pytest.raises(Conflict, match="Not now"):
        begin(session, SIGN_OFF, "sign_as_lead", signed(8), situation=closed, subject=lambda _: SUBJECT, details={})
    assert session.get(SignOff, 8) is None


def test_a_last_state_that_is_a_moment_is_reached_once(session: Session) -> None:
    one, other = signed(7), signed(8)
    session.add_all([one, other])
    situation = Situation(LEAD, REF, SignOffKnown(None, {}))
    move(session, SIGN_OFF, "withdraw", one, situation=situation, subject=SUBJECT)
    assert one.state is SignOffState.WITHDRAWN
    assert one.withdrawn_at is not None
    assert one.withdrawn_at.date() == TODAY
    assert other.withdrawn_at is None
    [(name, _, told)] = events(session)
    assert name == "report_written"
    assert "state" not in told
    with pytest.raises(Conflict):
        SIGN_OFF.shift(session, one, SIGN_OFF["withdraw"])
    assert SIGN_OFF.stamp == Stamp("withdrawn_at", SignOffState.WITHDRAWN)
