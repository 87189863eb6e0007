"""The lead chooses the earlier audit to compare with, and says which grade is which where scales differ."""

from sqlalchemy import update

from app.audit.enums import AuditState
from app.audit.library import queries as library_queries
from app.audit.models import Audit
from app.keeping.record import wrong
from app.people.enums import Role
from app.report.comparison.queries import earlier_of
from tests.browser import plain
from tests.moderation.stories import give
from tests.test_blindness import EARLIER, earlier_audit
from tests.world import NATION, REF, World, the_audit

ADDRESS = f"/audits/{REF}/report/comparison"


def published_earlier(world: World) -> None:
    """Bring in an earlier audit whose published report the lead reads as everybody does."""
    earlier_audit(world, "P-1", AuditState.PUBLISHED)
    give(world, "lead", Role.READER, *NATION)


def on_another_scale(world: World) -> None:
    """Let the earlier audit have been graded against a document with other grades."""
    with world.database.writing() as session:
        other = library_queries.threshold(session, "thematic-position-statements", "2015")
        session.execute(update(Audit).where(Audit.ref == EARLIER).values(threshold_id=other.id))


def test_the_lead_chooses_and_the_log_keeps_it(world: World) -> None:
    lead = world.browser("lead")
    assert "There is no earlier audit yet" in lead.get(ADDRESS).text
    published_earlier(world)
    assert "Choose an audit, or that there is none" in lead.post(ADDRESS, status=422).text
    assert "compared with Earlier audit" in plain(lead.post(ADDRESS, {"earlier": EARLIER}).text)
    with world.database.snapshot() as session:
        found = earlier_of(session, the_audit(session))
        assert found is not None
        assert (found.name, found.when, found.figures["cases"], found.levels) == ("Earlier audit", "2025-10", 32, {})
        assert list(wrong(session)) == []
    assert "no earlier audit" in plain(lead.post(ADDRESS, {"earlier": "none"}).text)
    with world.database.snapshot() as session:
        assert earlier_of(session, the_audit(session)) is None
        assert list(wrong(session)) == []


def test_another_scale_is_mapped_grade_by_grade_and_nothing_chosen_is_lost(world: World) -> None:
    published_earlier(world)
    on_another_scale(world)
    lead = world.browser("lead")
    with world.database.reading() as session:
        document = library_queries.document(library_queries.threshold(session, "thematic-position-statements", "2015"))
    first, *rest = [level.code for level in document.scale]
    asked = lead.post(ADDRESS, {"earlier": EARLIER, f"level_{first}": "good"}, status=422).text
    assert "Which grade is which?" in asked
    assert asked.count("Choose which grade") == 2 * len(rest)  # above the form, and beside each
    assert '<option value="good" selected>' in asked
    lead.post(ADDRESS, {"earlier": EARLIER, f"level_{first}": "good", **{f"level_{code}": "not_met" for code in rest}})
    with world.database.snapshot() as session:
        found = earlier_of(session, the_audit(session))
        assert found is not None
        assert found.levels == {first: "good", **dict.fromkeys(rest, "not_met")}
    assert '<option value="good" selected>' in lead.get(ADDRESS).text


def test_only_an_audit_that_the_lead_may_read_and_only_before_publication(world: World) -> None:
    earlier_audit(world, "P-1", AuditState.FINALISED)
    lead = world.browser("lead")
    assert EARLIER not in lead.get(ADDRESS).text
    assert "Choose an audit" in lead.post(ADDRESS, {"earlier": EARLIER}, status=422).text
    world.browser("director").get(ADDRESS, status=403)
    with world.database.writing() as session:
        the_audit(session).state = AuditState.PUBLISHED
    assert "stays as it is" in lead.get(ADDRESS).text
    assert "stays as it is" in lead.post(ADDRESS, {"earlier": "none"}, status=409).text


def test_the_way_there_is_on_the_framework_for_the_lead_only(world: World) -> None:
    assert ADDRESS in world.browser("lead").get(f"/audits/{REF}/framework").text
    assert ADDRESS not in world.browser("director").get(f"/audits/{REF}/framework").text
