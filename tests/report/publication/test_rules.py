"""What keeps a report from being signed, published and revised, guard by guard."""

from typing import Any

import pytest

from app.audit.enums import AuditState
from app.audit.rules import SIGNERS
from app.people.enums import Role
from app.report.enums import RevisionState, SignOffState
from app.report.publication.rules import (
    REVISION,
    SIGN_OFF,
    SIGNS,
    WRITERS,
    EarlierKnown,
    RevisionKnown,
    SignOffKnown,
    why_not_written,
)
from tests.moves import ME, SOMEBODY, guarded, refused, said, thing, unoffered, who

DIRECTOR = who(Role.DIRECTOR)


def test_what_guards_each_move() -> None:
    signing = (["report_is_open", "not_signed_yet"], ["signs_in_one_role"])
    assert SIGNS == {Role.LEAD: "sign_as_lead", Role.DIRECTOR: "sign_as_director"}
    assert guarded(SIGN_OFF) == {**dict.fromkeys(SIGNS.values(), signing), "withdraw": ([], []), "overtake": ([], [])}
    assert guarded(REVISION) == {"begin": (["something_is_revised"], []), "publish": (["revision_is_signed_off"], [])}
    assert (unoffered(SIGN_OFF), unoffered(REVISION)) == ({"withdraw", "overtake"}, set())
    assert [w.stamp and w.stamp.column for w in (SIGN_OFF, REVISION)] == ["withdrawn_at", "published_at"]
    assert [w.stamp and w.stamp.last for w in (SIGN_OFF, REVISION)] == [
        SignOffState.WITHDRAWN,
        RevisionState.PUBLISHED,
    ]
    assert not SIGN_OFF.says_state
    assert not REVISION.says_state
    assert WRITERS == (Role.LEAD,)


@pytest.mark.parametrize("role", SIGNERS)
def test_each_role_signs_an_open_report_once_and_nobody_in_both(role: Role) -> None:
    of = thing(SignOffState.STANDING, role=role)
    other = next(r for r in SIGNERS if r is not role)

    def sign(closed: str | None, standing: dict[Role, int]) -> str | None:
        return refused(SIGN_OFF, SIGNS[role], of, who(role), SignOffKnown(closed, standing))

    assert sign(None, {}) is None
    assert sign(None, {other: SOMEBODY}) is None
    assert sign("Not now.", {}) == "Not now."
    assert said(sign(None, {role: SOMEBODY})) == f"The {role.label.lower()} has signed this report off already."
    assert said(sign(None, {other: ME})).startswith("You have signed this report off in your other role.")


def test_who_has_yet_to_sign() -> None:
    assert SignOffKnown(None, {}).unsigned == SIGNERS
    assert SignOffKnown(None, {Role.LEAD: ME}).unsigned == (Role.DIRECTOR,)


def test_a_report_is_written_once_finalised_and_again_in_a_revision() -> None:
    for revising in (False, True):
        writable = {state for state in AuditState if why_not_written(state, revising=revising) is None}
        assert writable == {AuditState.FINALISED} | ({AuditState.PUBLISHED} if revising else set())
    assert said(why_not_written(AuditState.PUBLISHED, revising=False)).startswith("The report is published")
    assert said(why_not_written(AuditState.FIELDWORK, revising=True)).startswith("The report is written once")


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        (EarlierKnown(published=True, kept=True, revising=False), None),
        (EarlierKnown(published=False, kept=True, revising=False), "once it is published"),
        (EarlierKnown(published=True, kept=False, revising=False), "before editions were kept"),
        (EarlierKnown(published=True, kept=True, revising=True), "begun already"),
    ],
)
def test_a_published_report_is_revised_once_at_a_time(earlier: EarlierKnown, words: str | None) -> None:
    found = refused(REVISION, "begin", thing(RevisionState.BEGUN), DIRECTOR, RevisionKnown(earlier=earlier))
    assert found is None if words is None else words in said(found)


def test_a_revision_is_published_when_both_have_signed_it() -> None:
    def publish(unsigned: Any) -> str | None:
        return refused(REVISION, "publish", thing(RevisionState.BEGUN), DIRECTOR, RevisionKnown(unsigned=unsigned))

    assert publish(()) is None
    assert "the national service director has signed" in said(publish((Role.DIRECTOR,)))
    for name in ("begin", "publish"):
        with pytest.raises(LookupError):
            refused(REVISION, name, thing(RevisionState.BEGUN), DIRECTOR, RevisionKnown())
