"""What was decided stands on the case's page, in the pack, in its counts and in the figures, from one place."""

import json

from sqlalchemy import select, update

from app.audit.grading import actions as grading
from app.audit.library.queries import document_of
from app.audit.models import AuditCase, Judgement
from app.audit.standing.models import DecidedJudgement
from app.documents import Table, tables
from app.keeping.record import wrong
from app.moderation.models import ChallengePoint
from app.moderation.own_reviews import actions as own_reviews
from app.report.actions import current_figures, finalise
from app.report.enums import Stage
from app.report.packs import document as packs
from app.report.reading.schemas import Figures
from tests.browser import plain
from tests.moderation.seconds import difference
from tests.moderation.stories import RULING, after_own_view, returned_case, the_case, the_challenge
from tests.world import World, answers_for, cases, grade, no_second_grades, review, the_audit


def adjudicated_met(world: World) -> int:
    """Let the director adjudicate the challenged Not Met to Met, after a decision that left it; return the case."""
    raised = the_challenge(world)
    stays = {**RULING, "SAF1-level": "not_met", "SAF1-degree": "significant", "grade": "not_met"}
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", stays)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It is there."})
    after_own_view(world, "director", raised).post(f"/challenges/{raised}/adjudicate", RULING)
    return the_case(world, raised)


def ended(world: World) -> None:
    """Settle whatever else is open and finalise."""
    returned = returned_case(world, "A1")
    review(world, returned, "head1")
    world.browser("head1").post(f"/cases/{returned}/accept")
    for area in ("A1", "A2"):
        for case_id in cases(world, area):
            grade(world, case_id, "good")
    no_second_grades(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))


def test_what_was_adjudicated_stands_everywhere_and_what_was_first_said_beside_it(world: World) -> None:
    case_id = adjudicated_met(world)
    words = plain(world.browser("head2").get(f"/cases/{case_id}").text)
    assert "Adjudicated Met Moderate" in words
    assert "First judged Not Met: significant" in words
    ended(world)
    with world.database.reading() as session:
        pack = packs.area_pack(session, the_audit(session), "A2")
        told = json.dumps([str(b) for s in pack.sections for p in (s, *s.parts) for b in p.blocks], ensure_ascii=False)
        assert "improvement needed: moderate; Adjudicated Met; first graded Not Met" in told
        counts: Table = next(t for t in tables(pack) if t.code == "standards")
        saf1 = next(row.cells for row in counts.rows if row.cells[0] == "Risks screened and acted on at the start")
        # Practice area, then Good, Met, Not Met, set aside, all.
        assert saf1[2:] == [4, 1, 0, 0, 5]
        final, first = (current_figures(session, the_audit(session), stage) for stage in (Stage.FINAL, Stage.FIRST))
    in_a2 = final["standards"]["SAF1"]["service_area"]["A2"]
    assert in_a2 == {"good": 4, "met": 1, "not_met": 0, "judged": 5, "set_aside": 0}
    assert first["standards"]["SAF1"]["service_area"]["A2"]["not_met"] == 1
    assert Figures.model_validate(json.loads(json.dumps(final))).standards is not None


def test_the_record_knows_what_was_settled(world: World) -> None:
    adjudicated_met(world)
    with world.database.reading() as session:
        assert list(wrong(session)) == []
    for change in (
        update(DecidedJudgement).values(level="good"),
        update(DecidedJudgement).values(degree=None),
        update(ChallengePoint).values(adjudicated_degree="minor"),
    ):
        with world.database.writing() as session:
            session.execute(change)
            assert list(wrong(session)), change
            session.rollback()


def test_a_second_grade_that_is_adopted_stands_whole(world: World) -> None:
    made = difference(world, "met")
    form = {"outcome": "benchmark", "cause": "error", "resolution": "The second grade sees more."}
    world.browser("second").post(f"/benchmarks/{made}", form)
    with world.database.reading() as session:
        settled = session.scalars(select(DecidedJudgement)).all()
        case = session.get_one(AuditCase, settled[0].case_id)
        assert case.standing_grade == "met"
        assert {d.standard for d in settled} == {s.code for s in document_of(case.audit).standards_for(case.law_type)}
        assert all(d.degree is not None for d in settled)
        assert list(wrong(session)) == []
    words = plain(world.browser("lead").get(f"/cases/{case.id}").text)
    assert "By the second grade Met" in words
    assert "First judged Good" in words


def test_an_own_review_is_compared_with_what_stands(world: World) -> None:
    case_id = adjudicated_met(world)
    head = world.viewer("head2")
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        draft, document = own_reviews.start(session, case, by=head), document_of(case.audit)
        answers = answers_for(document, case.law_type, "not_met")
        answers["SAF1"] |= {"judgement": "met", "degree": "moderate"}
        grading.save_judgements(session, draft, answers)
        grading.save_grade(session, draft, grade="met", departure_reason="")
        own_reviews.submit(session, case, draft, indicated=None, by=head)
    page = plain(world.browser("head2").get(f"/cases/{case_id}").text)
    table = page[page.index("Your own review beside") :]
    assert "Grade Met First judged Not Met Met" in table
    assert "at the start Met First judged Not Met Met" in table
    with world.database.reading() as session:
        assert session.scalars(select(Judgement.judgement).where(Judgement.judgement == "not_met")).first()
