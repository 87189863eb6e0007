"""Heads of service review their cases with the audit's own tool, for comparison and without effect on a grade."""

from sqlalchemy import select

from app.audit.enums import AssessmentKind, CaseState
from app.audit.library.queries import document_of
from app.audit.models import Assessment, AuditCase, Decision
from app.keeping.record import wrong
from app.moderation.enums import ReturnState
from app.report.blockers import still_open
from tests.browser import plain
from tests.moderation.stories import returned_case
from tests.world import REF, World, answers_for, cases, the_audit


def sheet(world: World, case_id: int, level: str) -> dict[str, dict[str, str]]:
    """Return by practice area what the form of the standards sends."""
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        document = document_of(case.audit)
        judged = answers_for(document, case.law_type, level)
        return {
            area.code: {
                f"{s.code}-{name}": str(judged[s.code][name])
                for s in standards
                for name in ("judgement", "degree", "evidence")
            }
            for area, standards in document.practice_areas_for(case.law_type)
        }


def facts(world: World, case_id: int) -> dict[str, str]:
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        return {
            f"fact-{f.code}": f.answers[0].code
            for f in document_of(case.audit).facts_for(case.law_type)
            if f.kind != "text"
        }


def served(page: str) -> str:
    return page.partition('name="served" value="')[2].partition('"')[0]


def reviewed(world: World, case_id: int, level: str) -> None:
    """Fill in the tool as the head of A1, part by part."""
    head, base = world.browser("head1"), f"/cases/{case_id}/own-review"
    head.post(base)
    parts = {f"standards/{area}": sent for area, sent in sheet(world, case_id, level).items()} | {
        "facts": facts(world, case_id),
        "grade": {"grade": level},
    }
    for part, sent in parts.items():
        head.post(f"{base}/{part}", {**sent, "served": served(head.get(f"{base}/{part}").text)})


def test_a_head_reviews_a_case_with_the_tool_and_sees_both_side_by_side(world: World) -> None:
    case_id = returned_case(world, "A1")
    head, base = world.browser("head1"), f"/cases/{case_id}/own-review"
    assert base in head.get(f"/cases/{case_id}").text
    assert "nothing of that is hidden from you here" in plain(head.get(base).text)
    reviewed(world, case_id, "met")
    assert f'action="{base}/grade"' in head.get(f"{base}/grade").text
    assert "0 answers" not in head.get(f"{base}/check").text
    head.post(f"{base}/check")
    page = plain(head.get(f"/cases/{case_id}").text)
    assert "Your own review beside the audit’s" in page
    assert "Grade Not Met Met Differs" in page
    assert "Own review submitted" in page
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        assert (case.standing_grade, case.state) == ("not_met", CaseState.GRADED)
        assert len(session.scalars(select(Decision.id).where(Decision.case_id == case_id)).all()) == 1
        assert list(wrong(session)) == []
    assert returned_case(world, "A1", ReturnState.OPEN) == case_id, "nothing else happened"
    assert "cannot be changed" in plain(head.post(f"{base}/grade", {"grade": "good"}, status=409).text)


def test_what_is_typed_is_saved_as_it_is_typed(world: World) -> None:
    case_id = returned_case(world, "A1")
    head, base = world.browser("head1"), f"/cases/{case_id}/own-review"
    head.post(base)
    kept = head.send(
        "PUT", f"{base}/answers", json={"page": "grade", "answers": {"grade": {"was": "", "own": [], "now": "met"}}}
    )
    assert kept.status_code == 200
    with world.database.reading() as session:
        draft = session.scalars(select(Assessment).where(Assessment.kind == AssessmentKind.OWN_REVIEW)).one()
        first = session.scalars(
            select(Assessment).where(Assessment.kind == AssessmentKind.FIRST, Assessment.case_id == case_id)
        ).one()
        assert (draft.grade, first.grade) == ("met", "not_met")


def test_it_is_the_heads_alone_and_incomplete_it_is_not_submitted(world: World) -> None:
    case_id = returned_case(world, "A1")
    base = f"/cases/{case_id}/own-review"
    for who, status in (("head2", 404), ("lead", 403), ("director", 403), ("stranger", 404)):
        world.browser(who).post(base, status=status)
    head = world.browser("head1")
    assert head.send("GET", f"{base}/grade").status_code == 404, "not begun"
    head.post(base)
    head.post(f"{base}/check", status=422)
    assert "own review beside" not in world.browser("lead").get(f"/cases/{case_id}").text
    assert head.send("GET", f"/cases/{cases(world, 'A1')[0]}/own-review").status_code == 404, (
        "not graded, so not to be seen"
    )


def test_a_draft_keeps_nobody_from_finalising(world: World) -> None:
    world.browser("head1").post(f"/cases/{returned_case(world, 'A1')}/own-review")
    with world.database.reading() as session:
        assert not any(
            "own review" in item.what.lower()
            for item in still_open(session, world.viewer("lead"), the_audit(session, REF))
        )
