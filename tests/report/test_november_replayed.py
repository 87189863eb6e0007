"""November 2014 by the real acts: 577 grades, what came back and what became of it end in the published figures."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actions import add_person, grant_role
from app.audit import queries
from app.audit.areas.actions import NewArea, add_areas
from app.audit.benchmarks.actions import forgo
from app.audit.commission import actions as commission_actions
from app.audit.enums import AuditKind, AuditState, CaseState
from app.audit.framework import Commission
from app.audit.grading import actions as grading
from app.audit.grading.draft import draft_of
from app.audit.library import queries as library_queries
from app.audit.models import Audit, AuditCase
from app.audit.sample import actions as sample_actions
from app.clock import clock
from app.moderation.challenges import actions as challenges_actions
from app.moderation.enums import FurtherAction
from app.moderation.models import Challenge
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.queries import return_of
from app.moderation.submission import actions as submission_actions
from app.people.enums import Role, Scope
from app.people.rules import Viewer
from app.report.actions import figures_of, finalise
from app.report.cases.queries import SEEN
from app.web.sessions import viewer_of
from tests.moderation.stories import own_view
from tests.report.figures.test_figures import DATA, RIGHT, code
from tests.world import NATION, PASSWORD, World, answers_for

REF = "NA-2014-11"
Row = dict[str, str]
ROWS: list[Row] = list(csv.DictReader((DATA / "audited_cases.csv").read_text(encoding="utf-8").splitlines()))
ANSWERS = {value: answer for answer, value in SEEN.items()}


@pytest.fixture(autouse=True)
def running() -> Iterator[None]:
    yield
    clock.set(None)


def somebody(session: Session, name: str, *roles: tuple[Role, Scope, str]) -> Viewer:
    person = add_person(
        session, email=f"{name.lower()}@november.test", name=name, job_title="In 2014", password=PASSWORD, by=None
    )
    for role, kind, scope in roles:
        grant_role(session, person, role, kind, scope, by=None)
    session.flush()
    session.refresh(person)
    return viewer_of(person)


def case_of(row: Row, auditors: dict[str, Viewer]) -> dict[str, Any]:
    return {
        "case_ref": row["case_id"],
        "practitioner_id": row["practitioner_id"],
        "area": row["service_area"],
        "law_type": row["law_type"].lower(),
        "performance_band": row["performance_band"],
        "employment": row["employment"],
        "filed_on": date.fromisoformat(row["filing_date"]),
        "document_kind": row["document_type"],
        "ticket": "",
        "state": CaseState.ALLOCATED,
        "auditor_id": auditors[row["auditor_id"]].id,
    }


def begin(session: Session, lead: Viewer, auditors: dict[str, Viewer]) -> Audit:
    """Commission the audit with the cases that were drawn then, allocated as they were."""
    new = {r["service_area"] for r in ROWS} - {a.code for a in queries.service_areas(session)}
    add_areas(session, [NewArea(code) for code in new], by=None)
    audit = commission_actions.commission(
        session,
        Commission(
            ref=REF,
            name="November 2014",
            kind=AuditKind.NATIONAL,
            purpose="Replayed.",
            window_from=date(2014, 9, 1),
            window_to=date(2014, 10, 31),
            law_types=["public", "wafh", "wtfh"],
            bands=["B1", "B2", "B3", "B4"],
            fraction="1/2",
            good_target=60,
            not_met_target=14,
            threshold_id=library_queries.threshold(session, "national-casework", "2014-10").id,
        ),
        by=lead.id,
    )
    sample_actions.add_cases(session, audit, [case_of(r, auditors) for r in ROWS], by=lead.id, event="case_drawn")
    audit.state = AuditState.FIELDWORK
    return audit


def grade(session: Session, case: AuditCase, row: Row, by: Viewer) -> None:
    document, wanted = library_queries.document_of(case.audit), code(row["first_grade"])
    draft = grading.start_grading(session, case, by=by)
    grading.save_judgements(session, draft, answers_for(document, case.law_type, wanted))
    facts = {f.code: [f.answers[0].code] for f in document.facts_for(case.law_type) if f.kind != "text"}
    if row["children_seen"] in {"seen", "not_seen", "unclear"} and "child_seen" in facts:
        facts["child_seen"] = [
            ANSWERS[row["children_seen"], {"yes": True, "no": False}.get(row["not_seen_reason_recorded"])]
        ]
    grading.save_facts(session, draft, facts)
    themes = [t for column in ("strengths", "learning_points") for t in row[column].split(";") if t]
    grading.save_themes(session, draft, themes=themes, strengths_note="", learning_note="")
    grading.save_grade(session, draft, grade=wanted, departure_reason="")
    found = draft_of(case, draft).indication
    assert found is not None
    assert found.grade == wanted
    submission_actions.submit_grade(session, case, draft, indicated=(found.grade, found.rule), by=by)


def answer(session: Session, case: AuditCase, row: Row, head: Viewer) -> None:
    """Review a returned case and accept or challenge its grade, as its area did."""
    returned = return_of(session, head, case.id)
    needed = row["referral_needed"] == "yes"
    found = returns_actions.Review(
        children_safe=not needed,
        note="File read.",
        further_action=FurtherAction.NEEDED if needed else FurtherAction.NONE,
        action_what="Refer" if needed else "",
        action_who="Service manager" if needed else "",
        action_by=date(2014, 12, 5) if needed else None,
    )
    returns_actions.review(session, returned, found, by=head)
    if row["challenged"] == "yes":
        points = [challenges_actions.Point("SAF1", "met", "Screening record.")]
        challenges_actions.challenge_grade(
            session, returned, challenges_actions.Claim("met", "On file.", points), by=head
        )
    else:
        returns_actions.accept_grade(session, returned, by=head)


def decide(session: Session, challenge: Challenge, row: Row, people: dict[str, Viewer]) -> None:
    """Decide a challenge, and adjudicate it, as it was."""
    grade_ = "met" if row["challenge_outcome"] == "regraded_to_met" else "not_met"
    points = [challenges_actions.Point("SAF1", grade_, "Read again.", "moderate")]
    ruling = challenges_actions.Ruling(grade_, "Read again.", points)
    own_view(session, challenge, people["lead"], grade_)
    challenges_actions.decide_challenge(session, challenge, ruling, by=people["lead"])
    if row["adjudicated"] == "yes":
        challenges_actions.escalate(session, challenge, reason="Not agreed.", by=people["head"])
        own_view(session, challenge, people["director"], grade_)
        challenges_actions.adjudicate(session, challenge, ruling, by=people["director"])
    else:
        challenges_actions.accept_decision(session, challenge, by=people["head"])


@pytest.mark.served
def test_november_2014_ends_in_the_published_figures(world: World) -> None:
    clock.set(datetime(2014, 11, 3, 9, tzinfo=UTC))
    write, by_ref = world.database.writing, {r["case_id"]: r for r in ROWS}
    with write() as session:
        people = {
            "lead": somebody(session, "Lead2014", (Role.LEAD, *NATION)),
            "director": somebody(session, "Director2014", (Role.DIRECTOR, *NATION)),
        }
        auditors = {
            key: somebody(session, key, (Role.IMPROVEMENT_MANAGER, *NATION))
            for key in sorted({r["auditor_id"] for r in ROWS})
        }
        ids = {
            c.case_ref: c.id
            for c in session.scalars(
                select(AuditCase).where(AuditCase.audit_id == begin(session, people["lead"], auditors).id)
            )
        }
        areas = [(Role.HEAD_OF_SERVICE, Scope.AREA, a) for a in sorted({r["service_area"] for r in ROWS})]
        people["head"] = somebody(session, "Head2014", *areas)
    in_order = sorted(ROWS, key=lambda r: (r["audit_date"], r["case_id"]))
    for start in range(0, len(in_order), 50):
        with write() as session:
            for row in in_order[start : start + 50]:
                clock.set(
                    datetime.combine(date.fromisoformat(row["audit_date"]), datetime.min.time(), UTC)
                    + timedelta(hours=12)
                )
                grade(session, session.get_one(AuditCase, ids[row["case_id"]]), row, auditors[row["auditor_id"]])
    last = max(date.fromisoformat(r["audit_date"]) for r in ROWS)
    with write() as session:
        for row in (r for r in ROWS if r["returned_to_area"] == "yes"):
            clock.set(
                datetime.combine(date.fromisoformat(row["audit_date"]), datetime.min.time(), UTC) + timedelta(hours=18)
            )
            answer(session, session.get_one(AuditCase, ids[row["case_id"]]), row, people["head"])
    clock.set(datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=7))
    with write() as session:
        for challenge in session.scalars(
            select(Challenge).join(Challenge.case).where(AuditCase.id.in_(ids.values()))
        ).all():
            decide(session, challenge, by_ref[challenge.case.case_ref], people)
        audit = session.scalars(select(Audit).where(Audit.ref == REF)).one()
        forgo(session, audit, reason="The replay gives none.", by=people["lead"])
        finalise(session, audit, by=people["lead"])
        result = json.loads(json.dumps(figures_of(session, audit)))
    for key in (
        "overall",
        "overall_first_grade",
        "law_type",
        "service_area",
        "employment",
        "children_seen",
        "challenge",
        "themes",
    ):
        assert result[key] == RIGHT[key], key
    found = result["moderation"]
    assert (
        found["returned"],
        found["reviewed"]["in_time"],
        found["answers"]["challenged"],
        found["answers"]["accepted"],
    ) == (55, 55, 14, 41)
    assert (found["regraded"], found["unchanged"], found["escalated"], found["adjudicated"]) == (3, 11, 1, 1)
    assert found["further_action"] == {"needed": 1, "done": 0}
    assert [found["bridge"][stage]["not_met"] for stage in ("first", "challenged", "final")] == [55, 52, 52]
    assert found["decided"] == {"decided": 14, "overturned": 3, "percent": 21, "interval": [8, 48]}
