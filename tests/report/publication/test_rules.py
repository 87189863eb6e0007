"""Who may sign a report off, begin a revision of it and publish that: every row against every case."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product

import pytest
from sqlalchemy import update

from app.audit.rules import AUDIT, SIGNERS, AuditKnown
from app.db import unsaved
from app.errors import Conflict, Forbidden
from app.events import Subject
from app.people.enums import Role, Scope
from app.people.rules import Grant, Viewer
from app.report.enums import RevisionState, SignOffState
from app.report.models import Revision, SignOff
from app.report.publication.rules import REVISION, SIGN_OFF, SIGNS, EarlierKnown, RevisionKnown, SignOffKnown
from app.workflow import Situation, looked_up, move
from tests.world import REF, World, the_audit

ME, OTHER = 1, 2
ENDED = (None, datetime(2026, 11, 2, tzinfo=UTC))


def somebody(role: Role) -> Viewer:
    return Viewer(ME, "Somebody", "", "", frozenset({Grant(role, Scope.NATION)}))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("signs_as", SIGNERS)
def test_who_signs_a_report_off(role: Role, signs_as: Role) -> None:
    other = next(r for r in SIGNERS if r is not signs_as)
    signed: list[Mapping[Role, int]] = [{}, {signs_as: OTHER}, {other: OTHER}, {other: ME}]
    for closed, standing in product((None, "The report is written once the audit is finalised."), signed):
        situation = Situation(somebody(role), REF, SignOffKnown(closed, standing))
        refusal = SIGN_OFF.refusal(SIGNS[signs_as], unsaved(SignOff, role=signs_as), situation)
        may = role is signs_as and closed is None and standing in ({}, {other: OTHER})
        assert (refusal is None) is may, refusal
        assert refusal is None or refusal.endswith(".")
        assert SIGN_OFF.offers(unsaved(SignOff, role=signs_as), situation) == [], "what begins is offered by no thing"


@pytest.mark.parametrize("role", Role)
def test_a_sign_off_ends_once_and_by_those_who_change_the_report(role: Role) -> None:
    for ended, (name, who) in product(ENDED, (("withdraw", {Role.LEAD}), ("overtake", set(SIGNERS)))):
        thing = unsaved(SignOff, role=Role.LEAD, withdrawn_at=ended)
        refusal = SIGN_OFF.refusal(name, thing, Situation(somebody(role), REF, SignOffKnown(None, {})))
        assert (refusal is None) is (role in who and thing.state is SignOffState.STANDING), refusal


@pytest.mark.parametrize("role", Role)
def test_who_begins_a_revision_and_of_what(role: Role) -> None:
    for published, kept, revising in product((True, False), repeat=3):
        situation = Situation(somebody(role), REF, RevisionKnown(earlier=EarlierKnown(published, kept, revising)))
        refusal = REVISION.refusal("begin", unsaved(Revision), situation)
        assert (refusal is None) is (role in SIGNERS and published and kept and not revising), refusal


@pytest.mark.parametrize("role", Role)
def test_who_publishes_a_revision_once_both_have_signed(role: Role) -> None:
    for at, unsigned in product(ENDED, ((), (Role.LEAD,), SIGNERS)):
        thing = unsaved(Revision, published_at=at)
        refusal = REVISION.refusal("publish", thing, Situation(somebody(role), REF, RevisionKnown(unsigned=unsigned)))
        may = role is Role.DIRECTOR and thing.state is RevisionState.BEGUN and not unsigned
        assert (refusal is None) is may, refusal


def test_a_move_whose_state_somebody_else_changed_first_is_refused_by_the_database(world: World) -> None:
    with world.database.writing() as session:
        director = world.viewer("director")
        made = Revision(
            audit_id=the_audit(session).id, number=1, reason="x", begun_by=director.id, begun_at=datetime.now(UTC)
        )
        session.add(made)
        session.flush()
        session.execute(
            update(Revision).values(published_at=datetime.now(UTC)), execution_options={"synchronize_session": False}
        )
        assert made.state is RevisionState.BEGUN, "as it was read"
        with pytest.raises(Conflict, match="so this can no longer be done"):
            REVISION.shift(session, made, REVISION["publish"])


def test_what_nobody_looked_up_stops_the_act(world: World) -> None:
    with pytest.raises(LookupError, match="nobody looked up"):
        looked_up(None)
    assert looked_up(0) == 0
    situation = Situation(somebody(Role.DIRECTOR), REF, RevisionKnown())
    with pytest.raises(LookupError):
        REVISION.refusal("publish", unsaved(Revision, published_at=None), situation)
    with world.database.reading() as session:
        audit, lead = the_audit(session), world.viewer("lead")
        with pytest.raises(LookupError):
            AUDIT.refusal("finalise", audit, Situation(lead, REF, AuditKnown()))
        assert AUDIT.offer("finalise", audit, Situation(world.viewer("im1"), REF, AuditKnown())) is None
        with pytest.raises(Forbidden, match="Only the national service director can do this"):
            move(
                session,
                REVISION,
                "publish",
                unsaved(Revision, published_at=None),
                situation=Situation(lead, REF, RevisionKnown(unsigned=())),
                subject=Subject("revision", 1),
            )
