"""The pages of a concern.

Its form, what is asked again, where it stands in everybody’s work, and the way to it from a case.
"""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditCase
from app.clock import clock, day, today
from app.errors import Conflict
from app.moderation.concerns import actions as concerns_actions
from app.moderation.models import Challenge, Concern, Return
from app.rooms.addresses import all_routes
from tests.browser import plain
from tests.moderation.concern_steps import SEEN, auditor_of, count, in_progress, move, plan, raised, step
from tests.moderation.stories import date_fields, returned_case, summary_and_fields
from tests.served import hidden
from tests.world import REF, World, cases


def test_the_second_of_two_is_told_and_gets_back_what_they_typed(world: World) -> None:
    concern, tabs = raised(world), [world.browser("head1"), world.browser("head1")]
    tabs[0].post(f"/concerns/{concern}", step("acknowledge") | plan("The first."))
    refused = plain(
        tabs[1].post(f"/concerns/{concern}", step("acknowledge") | plan("The second, longer one."), status=409).text
    )
    assert "This concern was acknowledged on" in refused
    assert "What will be done? The second, longer one." in refused
    assert "The second" not in tabs[1].get(f"/concerns/{concern}").text


def test_what_looks_like_a_personal_detail_is_asked_about_once(world: World) -> None:
    case_id = in_progress(world)
    lead, path = world.browser("lead"), f"/cases/{case_id}/concern"
    for text in ("Mrs Smith was not asked.", "Mrs Smith and Mr Jones were not asked."):
        asked = lead.post(path, {"seen": text}, status=422)
        summary_and_fields(asked.text, ["looks like a name with a title"])
        assert text in asked.text
    assert count(world) == 0
    lead.post(path, {"seen": "Mr Brown was not asked.", "looked": hidden(asked.text, "looked")}, status=422)
    lead.post(path, {"seen": text, "looked": hidden(asked.text, "looked")})
    assert count(world) == 1


def test_what_is_missing_is_named_and_nothing_typed_is_lost(world: World) -> None:
    concern, head = raised(world), world.browser("head1")
    page = head.post(f"/concerns/{concern}", step("acknowledge") | {**plan(days=-1), "plan": ""}, status=422).text
    summary_and_fields(page, ["Enter what will be done"])
    summary_and_fields(
        head.post(f"/concerns/{concern}", step("acknowledge") | plan(days=-1), status=422).text,
        ["must be today or later"],
    )
    too_long = head.post(f"/concerns/{concern}", step("acknowledge") | plan("x" * 4001), status=422).text
    assert "x" * 4001 in too_long
    move(world, concern, "acknowledge")
    page = head.post(
        f"/concerns/{concern}",
        step("act") | {"action_taken": "Referred.", "action_who": "", **date_fields("done_on", 1, 1, 2036)},
        status=422,
    ).text
    summary_and_fields(page, ["Enter who did it"])
    assert "Referred." in page
    late = {"action_taken": "Referred.", "action_who": "Service manager", **date_fields("done_on", 1, 1, 2036)}
    summary_and_fields(
        head.post(f"/concerns/{concern}", step("act") | late, status=422).text, ["must be today or in the past"]
    )
    early = step("act") | {**late, **date_fields("done_on", 3, 10, 2014)}
    words = f"The concern was raised on {day(today())}. Enter that day or a later one"
    summary_and_fields(head.post(f"/concerns/{concern}", early, status=422).text, [words])
    head1, on = world.viewer("head1"), date(2014, 10, 3)
    with world.database.writing() as session:
        of = session.get_one(Concern, concern)
        with pytest.raises(Conflict, match=words):
            concerns_actions.act_on_concern(session, of, what="Referred.", who="I", on=on, by=head1)
    now = today()
    head.post(f"/concerns/{concern}", step("act") | {**late, **date_fields("done_on", now.day, now.month, now.year)})
    head.post(f"/concerns/{concern}", step("close"), status=422)
    words = plain(head.post(f"/concerns/{concern}", step("close") | {"close_reason": "The referral is taken up."}).text)
    for said in (SEEN, "The file is read.", "Referred.", "By Service manager, on", "taken up"):
        assert said in words
    assert "<form" not in head.get(f"/concerns/{concern}").text.partition("<main")[2], "nothing is left to do"


def test_your_work_has_it_first_and_whoever_raised_it_can_follow(world: World) -> None:
    with world.database.writing() as session:
        session.execute(update(Return).values(review_due=today() - timedelta(days=3)))
    concern = raised(world)
    link = f'href="/concerns/{concern}"'
    rows = re.findall(r"<tr.*?</tr>", world.browser("head1").get("/").text, re.DOTALL)
    assert link in rows[1]
    assert "Acknowledge a safeguarding concern" in rows[1]
    new = plain(world.browser("lead").get("/").text)
    assert "Urgent New safeguarding concern: Head1, head of service of A1, has to acknowledge it" in new
    assert link not in world.browser("head2").get("/").text
    follower = world.browser("assistant")
    for names, words in (
        ((), "Waiting to be acknowledged"),
        (("acknowledge",), "Acknowledged, action due"),
        (("act",), "Action taken"),
        (("close",), "Closed"),
    ):
        move(world, concern, *names)
        assert words in plain(follower.get("/").text)
        assert (link in world.browser("lead").get("/").text.partition("News of the last two weeks")[0]) == (
            words in {"Waiting to be acknowledged", "Action taken"}
        )
    with world.database.writing() as session:
        session.execute(update(Concern).values(closed_at=clock.now() - timedelta(days=15)))
    assert link not in follower.get("/").text.partition("News of the last two weeks")[0]


def test_the_list_is_by_age_with_what_is_closed_at_the_end(world: World) -> None:
    lead = world.browser("lead")
    assert "none open" in lead.get(f"/audits/{REF}").text
    assert "No concern that you can see has been raised" in lead.get(f"/audits/{REF}/concerns").text
    made = [raised(world, "lead", case_id) for case_id in cases(world, "A1")[:3]]
    move(world, made[0], "acknowledge", "act")
    move(world, made[0], "close", by="second")
    page = lead.get(f"/audits/{REF}/concerns").text
    assert [int(n) for n in re.findall(r'href="/concerns/(\d+)"', page)] == [made[1], made[2], made[0]]
    assert "Urgent safeguarding concerns: 2 open" in lead.get(f"/audits/{REF}").text
    assert f"/audits/{REF}/concerns" not in world.browser("reader").send("GET", f"/audits/{REF}").text
    assert "/concerns/" not in world.browser("head2").get(f"/audits/{REF}/concerns").text


def test_an_assistant_finds_the_form_by_the_reference_of_a_case(world: World) -> None:
    with world.database.reading() as session:
        case = session.get_one(AuditCase, cases(world, "A2")[0])
    assistant, path = world.browser("assistant"), f"/audits/{REF}/concerns?case="
    assert f"/audits/{REF}/concerns" in assistant.get(f"/audits/{REF}").text
    found = assistant.send("GET", path + case.case_ref.lower())
    assert found.headers["location"] == f"/cases/{case.id}/concern"
    assert "No case of this audit has this reference" in plain(assistant.get(path + "C-NONE").text)
    assert "No case of this audit" in plain(world.browser("im1").get(path + "C-NONE").text), (
        "nobody learns what others grade"
    )


def test_every_page_of_a_case_leads_to_the_form(world: World) -> None:
    with world.database.reading() as session:
        challenge = session.scalars(select(Challenge)).one()
        open_case = cases(world, "A1")[0]
    in_progress(world)
    seen = set()
    for who, case_id in (
        ("lead", challenge.case_id),
        ("head2", challenge.case_id),
        (auditor_of(world, open_case), open_case),
        ("director", challenge.case_id),
    ):
        numbers = {
            "case_id": case_id,
            "challenge_id": challenge.id,
            "return_id": challenge.return_id,
            "area": "safeguarding",
            "format": "pdf",
        }
        browser = world.browser(who)
        for route in all_routes():
            if (
                route.method == "GET"
                and re.search(r"\{(case|challenge|return)_id\}", route.path)
                and not route.path.endswith("/concern")
            ):
                answer = browser.send("GET", re.sub(r"\{(\w+)\}", lambda m: str(numbers[m.group(1)]), route.path))  # noqa: B023
                if answer.status_code == 200:
                    seen.add(route.path)
                    about = challenge.case_id if "{challenge_id}" in route.path else case_id
                    assert f'href="/cases/{about}/concern"' in answer.text, route.path
    assert len(seen) > 15, seen


def test_the_page_of_a_case_tells_of_it(world: World) -> None:
    case_id = returned_case(world, "A1")
    concern = raised(world, case_id=case_id)
    move(world, concern, "acknowledge", "act", "close")
    head = world.browser("head1")
    words = plain(head.get(f"/cases/{case_id}").text)
    for said in (
        "Urgent safeguarding concern Closed",
        "Urgent safeguarding concern raised",
        "Urgent concern acknowledged",
        "Urgent concern: action taken",
    ):
        assert said in words
    again = raised(world, case_id=case_id)
    assert "See that concern" in plain(head.get(f"/cases/{case_id}/concern").text)
    assert f'href="/concerns/{again}"' in head.get(f"/cases/{case_id}/concern").text
