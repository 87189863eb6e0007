"""What the tests of benchmarking have in common.

A case that somebody grades a second time, and the second grade itself.
"""

from sqlalchemy import select

from app.audit import queries
from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.grading import actions as grading
from app.audit.grading.draft import draft_of
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase, Benchmark
from tests.world import World, answers_for


def benchmarked(world: World, case_id: int, who: str = "head2", by: str = "second") -> int:
    """Have a lead give a case to somebody for a second grade; return the benchmark."""
    person, lead = world.viewer(who).id, world.viewer(by)
    with world.database.writing() as session:
        benchmarking.add_by_hand(
            session, session.get_one(AuditCase, case_id), person=person, reason="A hard case.", by=lead
        )
        return session.scalars(select(Benchmark.id).where(Benchmark.case_id == case_id)).one()


def begun(world: World, case_id: int, to: str, who: str = "head2") -> None:
    """Begin a second grade and answer everything."""
    viewer = world.viewer(who)
    with world.database.writing() as session:
        benchmark = queries.own_benchmark(session, viewer, case_id)
        benchmarking.start(session, benchmark, by=viewer)
        draft = benchmark_queries.benchmark_draft(session, benchmark)
        assert draft is not None
        document, law_type = library_queries.document_of(benchmark.case.audit), benchmark.case.law_type
        grading.save_judgements(session, draft, answers_for(document, law_type, to))
        grading.save_facts(
            session, draft, {f.code: [f.answers[0].code] for f in document.facts_for(law_type) if f.kind != "text"}
        )
        grading.save_grade(session, draft, grade=to, departure_reason="")


def second_grade(world: World, case_id: int, to: str, who: str = "head2") -> None:
    """Give a second grade."""
    begun(world, case_id, to, who)
    viewer = world.viewer(who)
    with world.database.writing() as session:
        benchmark = queries.own_benchmark(session, viewer, case_id)
        draft = benchmark_queries.benchmark_draft(session, benchmark)
        assert draft is not None
        found = draft_of(benchmark.case, draft).indication
        assert found is not None
        benchmarking.submit(session, benchmark, draft, indicated=(found.grade, found.rule), by=viewer)


def good_case(world: World) -> int:
    """Return the case of the first area that was graded at the best level."""
    with world.database.reading() as session:
        return (
            session.scalars(
                select(AuditCase.id)
                .where(AuditCase.area == "A1", AuditCase.standing_grade == "good")
                .order_by(AuditCase.id)
            ).first()
            or 0
        )


def difference(world: World, to: str = "met") -> int:
    """Return a benchmark that differs from the first grade; made where there is none."""
    with world.database.reading() as session:
        there = session.scalars(select(Benchmark.id)).first()
    case_id = good_case(world)
    made = there or benchmarked(world, case_id)
    if not there:
        second_grade(world, case_id, to)
    return made
