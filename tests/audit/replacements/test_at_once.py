"""A case leaves the sample at the moment at which somebody submits a grade of it: one of both happens, never both."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit.enums import AssessmentState, BenchmarkState, CaseState, Origin, ReplacementState
from app.audit.grading import actions as grading
from app.audit.library import queries as library_queries
from app.audit.models import Assessment, AuditCase, Benchmark, Decision, Replacement
from app.audit.replacements import actions as replacing
from app.keeping.record import faults, wrong
from app.sampling.replacement import Reason
from tests.journeys.site import Site
from tests.moderation.seconds import begun, benchmarked
from tests.served import at_once, client
from tests.world import World, answers_for, cases, grade

pytestmark = pytest.mark.served
ROUNDS = int(os.environ.get("CASEWORK_AUDIT_RACES", "6"))


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """Return the installation that serves the world, not started yet."""
    folder = tmp_path / "site"
    folder.mkdir()
    made = Site(folder, world.settings.database_url)
    yield made
    made.stop(signal.SIGKILL)


def ask(world: World, case_id: int) -> None:
    """Ask for a case to be replaced, as its auditor."""
    asker = world.viewer(auditor_of(world, case_id))
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        replacing.ask_for_replacement(session, case, reason=Reason.NOT_FOUND, note="Not there.", by=asker)


def answered(world: World, case_id: int) -> str:
    """Begin to grade a case and answer everything, so that only the submission is left; return who grades it."""
    name = auditor_of(world, case_id)
    auditor = world.viewer(name)
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        document = library_queries.document_of(case.audit)
        draft = grading.start_grading(session, case, by=auditor)
        grading.save_judgements(session, draft, answers_for(document, case.law_type, "good"))
        chosen = {f.code: [f.answers[0].code] for f in document.facts_for(case.law_type) if f.kind != "text"}
        grading.save_facts(session, draft, chosen)
        grading.save_grade(session, draft, grade="good", departure_reason="")
    return name


def auditor_of(world: World, case_id: int) -> str:
    """Return who grades a case."""
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
    return next(name for name in ("im1", "im2") if world.viewer(name).id == auditor)


def undo_replacement(session: Session, case_id: int) -> None:
    """Let the request wait again and take out what stood in, as no act of the product could."""
    request = session.scalars(select(Replacement).where(Replacement.case_id == case_id)).one()
    request.state, request.number, request.step, request.new_case_id = ReplacementState.ASKED, None, "", None
    request.answered_by = request.answered_at = None
    session.flush()
    session.execute(delete(AuditCase).where(AuditCase.origin == Origin.REPLACEMENT))


def undo_grade(session: Session, case_id: int) -> None:
    """Let a case be in progress again, with its draft."""
    case = session.get_one(AuditCase, case_id)
    case.state, case.standing_grade = CaseState.IN_PROGRESS, None
    draft = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one()
    draft.state, draft.submitted_at = AssessmentState.DRAFT, None
    session.execute(delete(Decision).where(Decision.case_id == case_id))


def test_a_grade_and_a_replacement_of_its_case_never_both_count(world: World, site: Site) -> None:
    first, second = cases(world, "A1")[:2]
    auditor = answered(world, first)
    ask(world, first)
    ask(world, second)
    grade(world, second, "good")
    benchmark_id = benchmarked(world, second)
    begun(world, second, "met")
    site.start()
    graded_or_replaced(world, site, first, auditor)
    a_second_grade_is_never_of_nothing(world, site, second, benchmark_id)
    with world.database.reading() as session:
        assert list(faults(session)) == []


def graded_or_replaced(world: World, site: Site, case_id: int, auditor: str) -> None:
    """Race a submission against a replacement: one of both happens, and the other is told."""
    with client(site.url, auditor) as grader, client(site.url, "lead") as lead:
        for number in range(ROUNDS):
            submit = partial(grader.post, f"/cases/{case_id}/check")
            make = partial(lead.post, f"/cases/{case_id}/replacement/make")
            # Both in turn come to the door first, as otherwise the shorter request would nearly always win.
            acts = {"graded": submit, "replaced": make} if number % 2 else {"replaced": make, "graded": submit}
            answers = dict(zip(acts, at_once(list(acts.values())), strict=True))
            assert sorted(a.status_code for a in answers.values()) == [303, 409], answers
            with world.database.writing() as session:
                case = session.get_one(AuditCase, case_id)
                request = session.scalars(select(Replacement).where(Replacement.case_id == case_id)).one()
                stand_ins = session.scalars(select(AuditCase.id).where(AuditCase.origin == Origin.REPLACEMENT)).all()
                graded = answers["graded"].status_code == 303
                assert case.state is (CaseState.GRADED if graded else CaseState.REPLACED)
                assert request.state is (ReplacementState.ASKED if graded else ReplacementState.MADE)
                assert (case.standing_grade, len(stand_ins)) == (("good", 0) if graded else (None, 1))
                # What is undone is no act of the product, so rows follow from the log only up to the first round.
                assert list(wrong(session) if number == 0 else ()) == []
                undo_replacement(session, case_id)
                undo_grade(session, case_id)


def a_second_grade_is_never_of_nothing(world: World, site: Site, case_id: int, benchmark_id: int) -> None:
    """Race a second grade against the replacement of its case: a case that is graded stays."""
    with client(site.url, "head2") as benchmarker, client(site.url, "lead") as lead:
        for _ in range(ROUNDS):
            second, replaced = at_once(
                [
                    partial(benchmarker.post, f"/cases/{case_id}/benchmark/check"),
                    partial(lead.post, f"/cases/{case_id}/replacement/make"),
                ]
            )
            assert (second.status_code, replaced.status_code) == (303, 409)
            with world.database.writing() as session:
                benchmark = session.get_one(Benchmark, benchmark_id)
                assert (benchmark.state, benchmark.case.state) == (BenchmarkState.DIFFERS, CaseState.GRADED)
                assert session.scalars(select(AuditCase.id).where(AuditCase.origin == Origin.REPLACEMENT)).all() == []
                undo_second_grade(benchmark)


def undo_second_grade(benchmark: Benchmark) -> None:
    """Let a second grade be in progress again, with its draft."""
    assert benchmark.second is not None
    benchmark.second.state, benchmark.second.submitted_at = AssessmentState.DRAFT, None
    benchmark.state, benchmark.first_id, benchmark.second_id = BenchmarkState.IN_PROGRESS, None, None
