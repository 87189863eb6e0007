"""A merge of areas changes nothing that is published, and later reports know of it."""

from datetime import date

from app.audit.areas.actions import Following, change_areas
from app.audit.areas.rules import How, Wanted
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.report.comparison.actions import choose
from app.report.comparison.queries import earlier_of
from app.report.document.assembled import report_document
from app.report.files.bundle import bundle_of
from tests.world import World, publish, the_audit


def as_read(world: World) -> list[object]:
    """Return the published report as people have it: its page, its figures, its files."""
    page = world.browser("director").send("GET", "/reports/T-2026")
    figures = world.browser("director").send("GET", "/api/v1/audits/T-2026/figures")
    assert (page.status_code, figures.status_code) == (200, 200)
    with world.database.reading() as session:
        document = report_document(session, the_audit(session))
        # Nothing but the pictures is drawn anew, from what is in the document.
        return [
            page.text.split("<main")[1].split("</main>")[0],
            figures.content,
            bundle_of(document, lambda _picture, _size="": ""),
        ]


def test_a_published_report_stays_to_the_byte_and_a_later_one_compares_the_whole(over: World) -> None:
    publish(over)
    before = as_read(over)
    with over.database.writing() as session:
        merge = Wanted(How.MERGE, date(2026, 12, 15), ("A1", "A2"), ("A12",), "A12")
        change_areas(session, merge, "One team.", Following(names={"A12": "North"}), by=None)
    assert as_read(over) == before
    with over.database.writing() as session:
        audit = the_audit(session)
        later = Audit(**{c: getattr(audit, c) for c in Audit.model_fields if c not in {"id", "draw_id", "frame_id"}})
        later.ref, later.window_from, later.window_to = "T-2027", date(2027, 1, 1), date(2027, 2, 28)
        later.state = AuditState.FIELDWORK
        session.add(later)
        session.flush()
        choose(session, later, audit, {}, by=over.viewer("lead"))
        found = earlier_of(session, later)
        assert found is not None
        assert list(found.changes) == [("2026-12", ["A1", "A2"], ["A12"])]
