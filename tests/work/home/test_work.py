"""Each person's own page and an audit's home, in order of urgency to the end, nobody left out."""

import re
from datetime import date, timedelta

from sqlalchemy import delete, select

from app.audit import queries as audit_queries
from app.audit.enums import CaseState
from app.audit.models import Audit, AuditCase
from app.audit.rules import AuditKnown, nothing_is_open
from app.clock import today
from app.moderation.models import Return
from app.moderation.submission.queries import went_to
from app.people.enums import Role
from app.people.models import RoleGrant
from app.report.actions import finalise
from app.report.document.assembled import signed_text
from app.report.progress.queries import progress
from app.report.publication import actions as publishing
from app.work.home import routes
from app.work.home.items import Item
from app.workflow import Situation
from tests.browser import plain
from tests.report.reading.test_report import finish
from tests.world import REF, World, cases, grade, review, sign_off, the_audit


def lose_head(world: World, area: str) -> None:
    """Leave an area without a head."""
    with world.database.writing() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.HEAD_OF_SERVICE, RoleGrant.scope == area))


def rows(html: str) -> list[str]:
    return [plain(f"<main>{row}") for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)[1:]]


def test_what_is_urgent_comes_first_and_what_is_overdue_says_so(world: World) -> None:
    first, second = cases(world, "A1")[:2]
    review(world, first_returned(world), "head1")
    grade(world, first, "not_met")
    grade(world, second, "not_met")
    with world.database.writing() as session:
        of = {r.case_id: r for r in session.scalars(select(Return))}
        of[first].review_due, of[second].review_due = today() + timedelta(days=3), today() - timedelta(days=1)
        refs = [session.get_one(AuditCase, key).case_ref for key in (second, first)]
    found = rows(world.browser("head1").get("/").text)
    assert [row.split(",")[0] for row in found[:2]] == [f"Case {ref}" for ref in refs]
    assert "Overdue Urgent Record the immediate review of a case graded Not Met" in found[0]
    assert "Overdue" not in found[1]
    assert "Urgent Record" in found[1]
    assert "Urgent" not in found[2]


def first_returned(world: World) -> int:
    with world.database.reading() as session:
        return session.scalars(select(Return.case_id).join(AuditCase).where(AuditCase.area == "A1")).one()


def test_due_today_is_not_overdue() -> None:
    assert [Item("", "", "", day).overdue for day in (today(), today() - timedelta(days=1), None)] == [
        False,
        True,
        False,
    ]


def test_the_whole_list_can_be_reached_and_is_ones_own(world: World, monkeypatch: object) -> None:
    monkeypatch.setattr(routes, "SHOWN", 1)  # type: ignore[attr-defined]
    page = world.browser("im1").get("/").text
    assert f'href="/audits/{REF}/cases?whose=mine"' in page
    listed = rows(world.browser("im1").get(f"/audits/{REF}/cases?whose=mine").text)
    with world.database.reading() as session:
        mine = (
            select(AuditCase.case_ref)
            .where(AuditCase.auditor_id == world.viewer("im1").id)
            .order_by(AuditCase.area, AuditCase.case_ref)
        )
        assert [row.split()[0] for row in listed] == list(session.scalars(mine))


def test_a_case_is_found_by_its_reference_or_how_it_begins(world: World) -> None:
    lead = world.browser("lead")
    with world.database.reading() as session:
        refs = sorted(session.scalars(select(AuditCase.case_ref)))
    for typed, found in (
        (refs[0].lower(), refs[:1]),
        ("C-A1", [r for r in refs if r.startswith("C-A1")]),
        ("C%", []),
        ("", refs),
    ):
        page = lead.get(f"/audits/{REF}/cases?case={typed.replace('%', '%25')}").text
        assert [row.split()[0] for row in rows(page)] == found
    assert "In the order of the service areas" in page


def test_not_started_is_plain_text(world: World) -> None:
    page = world.browser("lead").get(f"/audits/{REF}/cases").text
    assert '<td class="govuk-table__cell">Not started</td>' in page


def test_a_case_of_an_area_without_a_head_reaches_an_assistant_director_the_lead_and_an_administrator(
    world: World,
) -> None:
    assert "went" not in plain(world.browser("admin").get("/").text)
    lose_head(world, "A1")
    case_id = first_returned(world)
    deputy = world.browser("ad")
    assert "Record the immediate review of a case graded Not Met: no head of service is named for A1" in plain(
        deputy.get("/").text
    )
    assert "Have an administrator name one" in plain(world.browser("lead").get("/").text)
    administrator = plain(world.browser("admin").get("/").text)
    assert "No head of service is named for A1: name one" in administrator
    assert "Not Met" not in administrator
    answers = {"children_safe": "yes", "note": "Safe.", "further_action": "none", "answer": "accept"}
    assert "the grade is accepted" in plain(deputy.post(f"/cases/{case_id}/review", answers).text)
    with world.database.reading() as session:
        assert (
            session.scalars(select(Return.reviewed_by).where(Return.case_id == case_id)).one() == world.viewer("ad").id
        )


def test_an_assistant_director_sees_no_case_of_an_area_that_has_a_head(world: World) -> None:
    world.browser("ad").get(f"/cases/{first_returned(world)}", status=404)
    world.browser("ad").get(f"/cases/{first_returned(world)}/review", status=404)


def test_who_a_case_goes_back_to_is_named(world: World) -> None:
    with world.database.reading() as session:
        assert went_to(session, "A1") == "It has gone back to Head1, head of service of A1, for immediate review."
    lose_head(world, "A1")
    with world.database.reading() as session:
        assert (
            went_to(session, "A1")
            == "No head of service is named for A1, so the audit lead is told, and Ad reviews it as assistant director."
        )
    with world.database.writing() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.ASSISTANT_DIRECTOR))
    with world.database.reading() as session:
        assert went_to(session, "A1") == "No head of service is named for A1, so the audit lead is told."


def test_areas_without_a_head_are_named_before_a_case_goes_back(world: World) -> None:
    for path in (f"/audits/{REF}", f"/audits/{REF}/allocation"):
        assert "No head of service" not in world.browser("lead").get(path).text
    lose_head(world, "A2")
    for path in (f"/audits/{REF}", f"/audits/{REF}/allocation"):
        assert "No head of service is named for A2." in plain(world.browser("lead").get(path).text)
    assert "No head of service" not in world.browser("head1").get(f"/audits/{REF}").text


def test_a_head_of_service_sees_nothing_of_how_far_others_are(world: World) -> None:
    words = plain(world.browser("head1").get(f"/audits/{REF}").text)
    assert "app-numbers" not in world.browser("head1").get(f"/audits/{REF}").text
    assert "still open" not in words
    assert "A2" not in words


def test_allocation_shows_who_is_who(world: World) -> None:
    with world.database.writing() as session:
        the_audit(session).state = "sampled"  # type: ignore[assignment]
    words = plain(world.browser("lead").get(f"/audits/{REF}/allocation").text)
    assert "Im1 The im1, im1@example.test" in words


def test_an_audit_that_was_brought_in_says_so(world: World) -> None:
    with world.database.writing() as session:
        audit = the_audit(session)
        audit.imported, audit.draw_id, audit.grade_by = True, None, date(2026, 11, 30)
    lead = world.browser("lead")
    for page, untrue in (("sample", "Read its hash"), ("framework", "Immediate review"), ("frame", "before the seed")):
        words = plain(lead.get(f"/audits/{REF}/{page}").text)
        assert "brought in with" in words
        assert untrue not in words
    assert "Brought in with its results" in plain(lead.get(f"/audits/{REF}").text)
    with world.database.writing() as session:
        session.scalars(select(Audit)).one().frame_id = None
    assert "without a list of filings" in plain(lead.get(f"/audits/{REF}/frame").text)


def test_one_thing_that_is_open_is_spoken_of_as_one(world: World) -> None:
    with world.database.reading() as session:
        audit = the_audit(session)
    said = [
        nothing_is_open(audit, Situation(world.viewer("lead"), REF, AuditKnown(still_open=range(count))))
        for count in (0, 1, 2)
    ]
    assert said == [
        None,
        "1 thing is still open. It is listed below, with a link.",
        "2 things are still open. They are listed below, each with a link.",
    ]


def stages(world: World, who: str) -> dict[str, tuple[str, str]]:
    """Return the state of each stage on the home of the audit, and where it leads."""
    html, found = world.browser(who).get(f"/audits/{REF}").text, {}
    for row in re.findall(r'<li class="govuk-task-list__item.*?</li>', html, re.DOTALL):
        name = re.search(
            r'<(?:a class="govuk-link govuk-task-list__link" href="([^"]*)"[^>]*|div)>\s*([^<]+?)\s*</', row
        )
        assert name
        found[name.group(2)] = (
            plain(f"<main>{row.partition('govuk-task-list__status')[2].partition('>')[2]}"),
            name.group(1) or "",
        )
    return found


def test_the_home_of_an_audit_leads_to_everything_around_the_report(world: World) -> None:
    base = f"/audits/{REF}"
    during = stages(world, "lead")
    assert during["Benchmark"] == ("Ready", f"{base}/benchmarks")
    assert during["Choose an earlier audit to compare with"] == ("Not chosen yet", f"{base}/report/comparison")
    assert during["Write the report and sign it off"] == ("Cannot start yet", "")
    assert not [name for name in stages(world, "head1") if "pack" in name], (
        "which cases are graded is nobody’s to guess"
    )
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))
    after = stages(world, "lead")
    assert after["Benchmark"] == ("None", f"{base}/benchmarks")
    assert after["Publish the report"] == ("Cannot start yet", f"{base}/report"), "nobody has signed it off"
    assert after["Write the report and sign it off"] == ("0 of 2 signed off", f"{base}/report/making")
    assert after["Read the area packs"] == ("Ready", f"{base}/areas")
    assert stages(world, "head1")["Read the area pack"] == ("Ready", f"{base}/areas/A1")
    assert not {"Benchmark", "Write the report and sign it off"} & set(stages(world, "head1"))
    sign_off(world)
    assert stages(world, "lead")["Publish the report"][0] == "Ready"
    with world.database.writing() as session:
        publishing.publish(session, the_audit(session), by=world.viewer("director"))
    assert stages(world, "director")["Write the report and sign it off"] == ("Done", f"{base}/report/making")


def test_a_report_waits_for_whoever_has_not_signed_it_off_and_then_to_be_published(world: World) -> None:
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))

    def work(who: str) -> str:
        return plain(world.browser(who).get("/").text)

    sign, put_out = "Read the report and sign it off", "Both have signed the report off: publish it"
    assert [sign in work(who) for who in ("lead", "second", "director", "ad")] == [True, True, True, False]
    with world.database.writing() as session:
        audit = the_audit(session)
        publishing.sign_off(session, audit, Role.LEAD, read=signed_text(session, audit), by=world.viewer("lead"))
    assert [sign in work(who) for who in ("lead", "second", "director")] == [False, False, True]
    with world.database.writing() as session:
        audit = the_audit(session)
        publishing.sign_off(
            session, audit, Role.DIRECTOR, read=signed_text(session, audit), by=world.viewer("director")
        )
    assert [(sign in work(who), put_out in work(who)) for who in ("lead", "director")] == [
        (False, False),
        (False, True),
    ]
    world.browser("director").post(f"/audits/{REF}/publish")
    assert put_out not in work("director")
    world.browser("lead").post(f"/audits/{REF}/report/revisions", {"revision_reason": "A grade was recorded wrongly."})
    assert ["A revision of the report is begun: sign it off" in work(who) for who in ("lead", "director", "ad")] == [
        True,
        True,
        False,
    ]


def test_home_and_progress_count_the_same_cases_without_those_that_others_stand_in_for(world: World) -> None:
    with world.database.writing() as session:
        case = session.scalars(select(AuditCase).where(AuditCase.state == CaseState.ALLOCATED)).first()
        assert case is not None
        case.state = CaseState.REPLACED
        session.flush()
        counted = sum(audit_queries.counts_by_state(session, the_audit(session)).values())
        assert counted == len(progress(session, the_audit(session))) == 9
    words = plain(world.browser("lead").get("/").text)
    assert "of 9 cases graded" in words or "no case graded" in words
