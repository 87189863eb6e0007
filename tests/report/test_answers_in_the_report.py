"""What a report answers, on the real thing: from judgements and facts of a small audit to its page and its editions."""

from html import unescape

from sqlalchemy import select, update

from app.audit.enums import AuditKind
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase
from app.people.models import Region, ServiceArea
from app.report.actions import current_figures, faults_of
from app.report.document.assembled import draft_document
from app.report.enums import Edition, Stage
from tests.report.answers.random_answers import documents
from tests.world import REF, World, the_audit


def test_a_thematic_report_has_each_question_as_a_heading_with_its_answer(over: World) -> None:
    with over.database.writing() as session:
        session.execute(update(Audit).values(kind=AuditKind.THEMATIC))
    page = unescape(over.browser("lead").get(f"/audits/{REF}/report").text)
    with over.database.reading() as session:
        audit = the_audit(session)
        for standard in document_of(audit).standards():
            assert f'id="standard-{standard.code}"' in page
            assert standard.question in page
        assert page.index('id="practice-area-') < page.index('id="findings"')
        assert draft_document(session, audit, edition=Edition.PUBLIC).sections


def test_figures_of_a_real_audit_agree_and_know_their_rules_and_regions(over: World) -> None:
    with over.database.writing() as session:
        session.add(Region(code="N", name="North", position=1))
        session.flush()
        session.execute(update(ServiceArea).where(ServiceArea.code == "A1").values(region="N"))
    with over.database.reading() as session:
        audit = the_audit(session)
        found = current_figures(session, audit)
        assert faults_of(found) == []
        ruled = session.scalars(
            select(Assessment.indicated_rule).join(AuditCase, AuditCase.id == Assessment.case_id)
        ).all()
        rules = {rule: of["cases"] for rule, of in found["lowest_reasons"]["rules"].items() if of["cases"]}
        assert rules.keys() <= set(ruled)
        assert sum(rules.values()) == found["cases"]
        asked = sum(row["total"] for row in found["law_type"].values())
        assert all(of["overall"]["asked"] <= asked for of in found["facts"].values())
        assert found["regions"]["order"] == ["N", "-"]
        assert found["region"]["N"]["total"] == found["service_area"]["A1"]["total"]
        for stage in (Stage.FIRST, Stage.CHALLENGED):
            early = current_figures(session, audit, stage)
            assert faults_of(early) == []
            assert "lowest_reasons" not in early


def test_any_document_about_cases_can_be_commissioned_for_a_theme(world: World) -> None:
    offered = unescape(world.browser("director").get("/audits/new").text)
    assert "Thematic" in offered
    for document in documents():
        assert f"{document.title} ({document.version})" in offered
