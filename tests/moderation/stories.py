"""What the tests of the moderation room have in common: filled-in forms, who gets a role, what a thing has become."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actions import grant_role
from app.audit.commission import actions as commission_actions
from app.audit.enums import CaseState
from app.audit.grading import actions as grading
from app.audit.grading.draft import draft_of
from app.audit.library import queries as library_queries
from app.audit.models import Audit, AuditCase
from app.clock import today
from app.moderation.challenges import actions as challenges_actions
from app.moderation.enums import ChallengeState, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.own_views import actions as deciding
from app.moderation.submission import actions as submission_actions
from app.people.enums import Role, Scope
from app.people.models import Person
from app.people.rules import Viewer
from app.web.sessions import viewer_of
from tests.browser import Browser, plain
from tests.world import REF, World, answers_for

RULING = {
    "SAF1-level": "met",
    "SAF1-degree": "moderate",
    "SAF1-why": "The entry is there.",
    "SAF1-cause": "error",
    "grade": "met",
    "reasons": "Enough for Met.",
}


ACTION = {"action_what": "Visit the family", "action_who": "Service manager"}
REVIEW = {"children_safe": "yes", "note": "File read. They are safe.", "further_action": "none", "answer": "later"}
CLAIM = {
    "SAF1-level": "met",
    "SAF1-why": "On file.",
    "summary": "It is on file.",
}


def the_challenge(world: World) -> int:
    """Return the challenge that the world begins with."""
    with world.database.reading() as session:
        return session.scalars(select(Challenge.id)).one()


def after_own_view(world: World, name: str, challenge_id: int, level: str = "met") -> Browser:
    """Record somebody's own view of a challenge, the first of the two steps of a decision; return their browser."""
    with world.database.writing() as session:
        own_view(session, session.get_one(Challenge, challenge_id), world.viewer(name), level)
    return world.browser(name)


def own_view(session: Session, challenge: Challenge, who: Viewer, level: str = "met") -> None:
    """Record an own view at a level of each contested standard, or of the grade where none is."""
    points = [
        challenges_actions.Point(code, level, "Read in the file.")
        for code in [p.standard for p in challenge.points] or [""]
    ]
    deciding.record_own_view(session, challenge, points, by=who)


def state(world: World, challenge_id: int) -> tuple[ChallengeState, CaseState, str | None]:
    """Return a challenge's state, its case's, and the standing grade."""
    with world.database.reading() as session:
        kept = session.get_one(Challenge, challenge_id)
        return kept.state, kept.case.state, kept.case.standing_grade


def returned_case(world: World, area: str, at: ReturnState = ReturnState.OPEN) -> int:
    """Return the case that is back with an area."""
    with world.database.reading() as session:
        query = (
            select(Return.case_id)
            .join(AuditCase, AuditCase.id == Return.case_id)
            .where(AuditCase.area == area, Return.state == at)
        )
        return session.scalars(query).one()


def give(world: World, name: str, role: Role, kind: Scope, scope: str) -> None:
    """Give somebody of the cast one more role."""
    with world.database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == f"{name}@example.test")).one()
        grant_role(session, person, role, kind, scope, by=None)


def the_case(world: World, challenge_id: int) -> int:
    """Return the challenged case."""
    with world.database.reading() as session:
        return session.get_one(Challenge, challenge_id).case_id


def date_fields(name: str, day: int, month: int, year: int) -> dict[str, str]:
    """Return the three fields of a date."""
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


def today_fields(name: str) -> dict[str, str]:
    """Return the three fields of a date, filled in with today."""
    return date_fields(name, today().day, today().month, today().year)


def summary_and_fields(page: str, errors: list[str]) -> None:
    """Each error stands in the summary on top and at its field."""
    words = plain(page).replace(",", "")
    assert "There is a problem" in words
    for error in errors:
        assert words.count(error) >= 2, f"{error!r} stands in the summary and at the field: {words}"


def auditor_of(world: World, challenge_id: int) -> str:
    """Return who graded a challenged case."""
    with world.database.reading() as session:
        return session.get_one(Person, session.get_one(Challenge, challenge_id).case.auditor_id).email.partition("@")[0]


def newest_challenge(world: World, case_id: int) -> int:
    """Return the newest challenge of a case."""
    with world.database.reading() as session:
        return (
            session.scalars(
                select(Challenge.id).where(Challenge.case_id == case_id).order_by(Challenge.id.desc())
            ).first()
            or 0
        )


def returns_of(world: World, case_id: int) -> list[int]:
    """Return the returns of a case, oldest first."""
    with world.database.reading() as session:
        return list(session.scalars(select(Return.id).where(Return.case_id == case_id).order_by(Return.id)))


def ruled(grade: str) -> dict[str, str]:
    """Return a filled-in decision that leads to a grade."""
    return {**RULING, "SAF1-level": grade, "SAF1-degree": "" if grade == "good" else "moderate", "grade": grade}


def lowered_again(world: World) -> int:
    """Let the lead re-grade the challenged case Met, and the director lower it to Not Met again; return the case."""
    raised = the_challenge(world)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", ruled("met"))
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    after_own_view(world, "director", raised).post(f"/challenges/{raised}/adjudicate", ruled("not_met"))
    return the_case(world, raised)


def grade_apart(world: World, case_id: int, aside: str = "") -> None:
    """Grade a case Not Met although every standard is Good, with one perhaps set aside."""
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        auditor, document = viewer_of(session.get_one(Person, case.auditor_id)), library_queries.document_of(case.audit)
        draft = grading.start_grading(session, case, by=auditor)
        answers = answers_for(document, case.law_type, "good")
        if aside:
            answers[aside] = {
                "judgement": "",
                "degree": "",
                "evidence": "Nothing of the kind in this case.",
                "set_aside": True,
            }
        grading.save_judgements(session, draft, answers)
        grading.save_facts(
            session, draft, {f.code: [f.answers[0].code] for f in document.facts_for(case.law_type) if f.kind != "text"}
        )
        grading.save_grade(session, draft, grade="not_met", departure_reason="The whole is less than its parts.")
        found = draft_of(case, draft).indication
        assert found is not None
        assert found.grade == "good"
        submission_actions.submit_grade(session, case, draft, indicated=(found.grade, found.rule), by=auditor)


def standards_of(world: World, case_id: int) -> list[str]:
    """Return the codes of the standards that apply to a case."""
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        return [s.code for s in library_queries.document_of(case.audit).standards_for(case.law_type)]


def withdraw_audit(world: World) -> None:
    """Withdraw the audit."""
    with world.database.writing() as session:
        audit = session.scalars(select(Audit).where(Audit.ref == REF)).one()
        commission_actions.withdraw(session, audit, by=world.viewer("director"), reason="No longer wanted.")
