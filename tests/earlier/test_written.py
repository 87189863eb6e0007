"""What an earlier report says in words is kept with its results, and nothing is said that they do not say."""

import json
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from app.accounts.actions import grant_role
from app.audit.library.queries import document, threshold
from app.audit.models import AuditCase
from app.earlier.actions import NO_PURPOSE, EarlierAudit, import_results
from app.earlier.reading import read_results
from app.earlier.written import Written, WrittenRefused, check_written, read_written
from app.moderation.models import Return
from app.people.enums import Role, Scope
from app.people.models import Person
from app.report.document.about import BOXES
from tests.browser import plain
from tests.world import ROOT, World

NOVEMBER = ROOT / "app" / "data" / "november-2014"
ROWS = (
    "case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen,not_seen_reason_recorded,"
    "returned_to_area,challenged,challenge_outcome,referral_needed,referral_reason\n"
    "C1,P1,A1,public,Good,Good,seen,,no,no,,no,\n"
    "C2,P2,A1,wafh,Not Met,Not Met,seen,,yes,no,,yes,safe_arrangements\n"
    "C3,P3,A1,wafh,Not Met,Met,seen,,yes,yes,regraded_to_met,no,\n"
)
TARGETS = {"targets": {"good_percent": 60, "not_met_percent": 14, "by": "2015-05", "set_in": "the action plan"}}


def brought_in(world: World, written: Written) -> None:
    """Bring in three cases, and let the lead of the world lead every audit."""
    with world.database.writing() as session:
        kept = threshold(session, "national-casework", "2014-10")
        reading = read_results(BytesIO(ROWS.encode()), document(kept))
        assert reading.problems == []
        window = date(2014, 9, 1), date(2014, 10, 31)
        of = EarlierAudit(
            ref="OLD-1",
            name="Old",
            window_from=window[0],
            window_to=window[1],
            threshold=kept,
            targets=TARGETS,
            written=written,
        )
        import_results(session, of, reading.results)
        lead = session.scalars(select(Person).where(Person.email == "lead@example.test")).one()
        grant_role(session, lead, Role.LEAD, Scope.NATION, "", by=None)


def the_words_of_2014() -> Written:
    return read_written((NOVEMBER / "report.yaml").read_text(encoding="utf-8"))


def test_the_report_of_2014_has_something_in_every_box_and_all_of_it_fits_its_figures() -> None:
    written = the_words_of_2014()
    check_written(written, json.loads((NOVEMBER / "figures.json").read_text(encoding="utf-8")))
    # Strengths are the table alone, as in 2014.
    assert set(written.boxes) == set(BOXES) - {"strengths"}
    assert written.purpose


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("boxes: [a", "not YAML"),
        ("- a", "Allowed: purpose, and boxes"),
        ("boxes:\n  conclusions: x", "there is no such box"),
        ("boxes:\n  conclusion: 3", "boxes conclusion"),
        ("summary: x", "summary"),
        ("", "file"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(WrittenRefused) as refused:
        read_written(text)
    assert said in str(refused.value)


def test_a_number_typed_by_hand_is_refused_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(WrittenRefused, match=r"Conclusion: ‘66%’ is a number typed by hand"):
        brought_in(world, Written(boxes={"conclusion": "66% were Good."}))
    with world.database.reading() as session:
        assert session.scalars(select(AuditCase).where(AuditCase.case_ref == "C2")).all() == []


def test_the_report_says_what_was_brought_in_and_by_when_the_targets_were_due(world: World) -> None:
    brought_in(world, Written(purpose="To see.", boxes={"conclusion": "{overall.good.percent}% were Good."}))
    page = plain(world.browser("lead").get("/audits/OLD-1/report").text)
    assert "To see." in page
    assert "33% were Good." in page
    assert "at most 14% Not Met by May 2015. They were set in the action plan." in page
    framework = plain(world.browser("lead").get("/audits/OLD-1/framework").text)
    assert "by May 2015. Set in: the action plan" in framework


def test_without_words_the_report_says_that_the_purpose_is_not_known(world: World) -> None:
    brought_in(world, Written())
    assert NO_PURPOSE in plain(world.browser("lead").get("/audits/OLD-1/report").text)


def test_nothing_is_invented_about_a_case_that_went_back(world: World) -> None:
    brought_in(world, Written())
    with world.database.reading() as session:
        kept = {r.case.case_ref: r for r in session.scalars(select(Return).join(Return.case))}
        old = kept["C2"]
        assert (old.children_safe, old.review_note, old.reviewed_at, old.state) == (None, "", None, "brought_in")
        case = old.case_id
    lead = world.browser("lead")
    page = plain(lead.get(f"/cases/{case}").text)
    pack = plain(lead.get("/audits/OLD-1/areas/A1").text)
    for text in (page, pack):
        assert "safe." not in text
        assert "accepted" not in text.lower()
    assert "is not part of them" in page
    assert "Safe arrangements" in page
    assert "Not yet" not in pack
    lists = plain(lead.get("/audits/OLD-1/returns").text) + plain(lead.get("/audits/OLD-1/returns/actions").text)
    assert "What followed was not brought in" in lists
    assert "Grade accepted" not in lists
    assert "Grade accepted" not in plain(lead.get("/audits/OLD-1/report").text)
