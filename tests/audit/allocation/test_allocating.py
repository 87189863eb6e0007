"""Sharing out through the pages: plan, allocate, choose, again, interests; two leads at once; what must not leak."""

from collections import Counter
from io import BytesIO

from sqlalchemy import select, update

from app.accounts.actions import add_person, disable, grant_role
from app.audit.allocation import actions as allocating
from app.audit.bars.queries import bars
from app.audit.enums import AssessmentState, AuditState, CaseState
from app.audit.models import Assessment, AuditCase, Availability, Interest, Load
from app.audit.staff import actions as staffing
from app.events import Event
from app.keeping.record import wrong
from app.people.enums import Role, Scope
from app.people.models import Person
from app.web.merging import mark
from tests.browser import plain
from tests.world import REF, World, cases, grade, the_audit

ALLOCATION = f"/audits/{REF}/allocation"


def clean(world: World) -> None:
    """Hold the log to every row."""
    with world.database.snapshot() as session:
        assert list(wrong(session)) == []


def third(world: World) -> int:
    """Add a third improvement manager."""
    with world.database.writing() as session:
        person = add_person(
            session,
            email="im3@example.test",
            name="Im3",
            job_title="The third",
            password="a password for tests",
            by=None,
        )
        grant_role(session, person, Role.IMPROVEMENT_MANAGER, Scope.AUDIT, REF, by=None)
        return person.id


def of(world: World, name: str, state: CaseState = CaseState.ALLOCATED) -> list[int]:
    """Return somebody's cases in a state."""
    with world.database.reading() as session:
        query = select(AuditCase.id).where(AuditCase.auditor_id == world.viewer(name).id, AuditCase.state == state)
        return list(session.scalars(query.order_by(AuditCase.id)))


def back_to_sampled(world: World) -> None:
    """Put the audit back before its allocation, without what was graded, past the log."""
    with world.database.writing() as session:
        the_audit(session).state = AuditState.SAMPLED
        waiting = AuditCase.state.in_([CaseState.ALLOCATED])
        session.execute(update(AuditCase).where(waiting).values(state=CaseState.DRAWN, auditor_id=None))


def test_the_lead_sees_who_would_get_what_before_anything_is_done(world: World) -> None:
    back_to_sampled(world)
    lead, ims = world.browser("lead"), [str(world.viewer(n).id) for n in ("im1", "im2")]
    assert "Choose at least one improvement manager" in plain(lead.get(f"{ALLOCATION}/shares", status=422).text)
    page = lead.get(f"{ALLOCATION}/shares?auditors={ims[0]}&auditors={ims[1]}").text
    assert "Nothing has been done yet" in plain(page)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    with world.database.reading() as session:
        assert the_audit(session).state is AuditState.SAMPLED
    stale = lead.post(ALLOCATION, {"auditors": ims, "seen": "another"}, status=409)
    assert "Look at the shares again" in plain(stale.text)
    assert "Grading can start" in plain(lead.post(ALLOCATION, {"auditors": ims, "seen": seen}).text)
    refused = world.browser("second").post(ALLOCATION, {"auditors": ims, "seen": seen}, status=409)
    assert "‘fieldwork’" in plain(refused.text)
    with world.database.reading() as session:
        told = session.scalars(
            select(Event).where(Event.name == "fieldwork_opened").order_by(Event.number.desc())
        ).first()
        assert told is not None
        assert (told.details["method"], told.details["how"], told.details["pins"]) == (
            "casework-allocation/2",
            "at random within strata",
            0,
        )
        assert str(told.details["seed"]).startswith(f"{REF}/2/")
    how = plain(world.browser("im1").get(f"{ALLOCATION}/how").text)
    assert "at random within strata" in how
    assert "T-2026/2/" in how


def test_where_nobody_is_left_the_area_is_named(world: World) -> None:
    back_to_sampled(world)
    im1 = world.viewer("im1").id
    world.browser("lead").post(
        f"{ALLOCATION}/people/{im1}/interests", {"interest_area": "A2", "interest_reason": "Managed it."}
    )
    page = world.browser("lead").get(f"{ALLOCATION}/shares?auditors={im1}", status=422)
    assert "Nobody is left to grade 4 cases of A2" in plain(page.text)
    assert "Choose another improvement manager" in plain(page.text)


def test_a_choice_by_hand_is_pinned_with_its_reason_and_survives(world: World) -> None:
    third(world)
    lead, im2, im3 = world.browser("lead"), world.viewer("im2").id, world.viewer("im3").id
    mine = of(world, "im1")
    form = {f"to-{mine[0]}": im2, f"was-{mine[0]}": world.viewer("im1").id}
    assert "everybody on the audit can read it" in plain(lead.post(f"{ALLOCATION}/cases", form, status=422).text)
    page = lead.post(f"{ALLOCATION}/cases", {**form, "reason": "Knows the guardian's language."})
    assert "1 case changed hands" in plain(page.text)
    assert mine[0] in of(world, "im2")
    again = world.browser("second").post(
        f"{ALLOCATION}/cases", {**form, f"to-{mine[0]}": im3, "reason": "Mine is better."}, status=409
    )
    assert "Somebody else gave case" in plain(again.text)
    assert "Mine is better." in again.text
    back = lead.post(f"{ALLOCATION}/again", {"people": [im2], "auditors": [im3], "reason": "Away."})
    assert "changed hands" in plain(back.text)
    assert of(world, "im2") == [mine[0]]
    how = plain(lead.get(f"{ALLOCATION}/how").text)
    assert "Knows the guardian" in how
    assert "Away." in how
    assert "Given to another improvement manager" in plain(world.browser("im2").get(f"/cases/{mine[0]}").text)
    clean(world)


def test_a_choice_before_fieldwork_waits_unseen_until_it_opens(world: World) -> None:
    back_to_sampled(world)
    case, im1 = cases(world, "A1", CaseState.DRAWN)[0], world.viewer("im1").id
    lead = world.browser("lead")
    assert "1 choice kept" in plain(
        lead.post(f"{ALLOCATION}/cases", {f"to-{case}": im1, f"was-{case}": 0, "reason": "Speaks Welsh."}).text
    )
    world.browser("im1").get(f"/cases/{case}", status=404)
    lead.post(ALLOCATION, {"auditors": [world.viewer("im2").id]})
    assert of(world, "im1") == [case]


def test_two_clicks_share_out_once(world: World) -> None:
    third(world)
    form = {
        "people": [world.viewer("im1").id],
        "auditors": [world.viewer("im3").id],
        "reason": "Left.",
        "once": "a token",
    }
    for _ in range(2):
        world.browser("lead").post(f"{ALLOCATION}/again", form)
    with world.database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.name == "cases_reallocated")).all()) == 1


def test_what_is_begun_moves_only_when_that_is_chosen_and_its_draft_stays(world: World) -> None:
    third(world)
    begun, im1, im3 = of(world, "im1")[0], world.viewer("im1").id, world.viewer("im3").id
    author = world.browser("im1")
    author.post(f"/cases/{begun}/assess")
    graded = of(world, "im1", CaseState.GRADED)
    lead, form = world.browser("lead"), {"people": [im1], "auditors": [im3], "reason": "On leave."}
    lead.post(f"{ALLOCATION}/again", form)
    assert of(world, "im1", CaseState.IN_PROGRESS) == [begun]
    lead.post(f"{ALLOCATION}/again", {**form, "begun": "yes"})
    assert begun in of(world, "im3")
    assert of(world, "im1", CaseState.GRADED) == graded, "what is submitted never moves"
    refused = author.post(
        f"/cases/{begun}/assess/grade", {"grade": "good", "departure_reason": "I typed this."}, status=409
    )
    assert "gave this case to somebody else" in plain(refused.text)
    assert "I typed this." in refused.text
    new = world.browser("im3")
    assert "Start grading" in new.get(f"/cases/{begun}/assess").text
    new.post(f"/cases/{begun}/assess")
    with world.database.reading() as session:
        drafts = session.scalars(
            select(Assessment.author_id).where(Assessment.case_id == begun, Assessment.state == AssessmentState.DRAFT)
        )
        assert set(drafts) == {im1, im3}
    lead.post(f"{ALLOCATION}/cases", {f"to-{begun}": im1, f"was-{begun}": im3, "reason": "Back again."})
    author.get(f"/cases/{begun}/assess/grade", status=404)
    author.post(f"/cases/{begun}/assess")
    author.get(f"/cases/{begun}/assess/grade")
    clean(world)


def test_who_left_gets_nothing_and_who_has_less_time_gets_less(world: World) -> None:
    im3, lead = third(world), world.browser("lead")
    page = f"{ALLOCATION}/people/{im3}"
    assert "Enter both days of the leave" in plain(
        lead.post(
            page, {"share": "50", "away_from-day": "1", "away_from-month": "12", "away_from-year": "2026"}, status=422
        ).text
    )
    served = lead.get(page).text.split('name="served" value="')[1].split('"')[0]
    assert "time is kept" in plain(lead.post(page, {"share": "0", "served": served}).text)
    stale = world.browser("second").post(page, {"share": "80", "served": served}, status=409)
    assert "Somebody else changed" in plain(stale.text)
    assert 'value="80"' in stale.text
    assert "Does not grade" in plain(lead.get(ALLOCATION).text)
    form = {"people": [world.viewer("im1").id], "auditors": [im3], "reason": "Left."}
    assert "Nobody is left to grade" in plain(lead.post(f"{ALLOCATION}/again", form, status=409).text)
    with world.database.reading() as session:
        assert session.scalars(select(Availability.share)).all() == [0]
    clean(world)


def test_a_file_names_everything_that_is_wrong_at_once(world: World) -> None:
    case_id = of(world, "im1")[0]
    with world.database.reading() as session:
        case, done = (
            session.get_one(AuditCase, case_id),
            session.get_one(AuditCase, of(world, "im1", CaseState.GRADED)[0]),
        )
        good = f"{case.case_ref},{case.practitioner_id},IM2@example.test\n"
        bad = (
            f"{case.case_ref},P-NOBODY,im2@example.test\n{done.case_ref},{done.practitioner_id},im2@example.test\n"
            f"{case.case_ref},{case.practitioner_id},x@y\n"
        )
    head, lead = "case_ref,practitioner_id,auditor\n", world.browser("lead")
    file = {"file": ("a.csv", BytesIO((head + good + bad).encode()))}
    refused = plain(lead.post(f"{ALLOCATION}/file", {"reason": "Agreed."}, files=file, status=422).text)
    for words in (
        "no such case of this practitioner",
        "has been submitted or replaced",
        "Nobody with this address",
        "3 problems",
    ):
        assert words in refused
    assert case_id in of(world, "im1")
    lead.post(f"{ALLOCATION}/file", {"reason": "Agreed."}, files={"file": ("a.csv", BytesIO((head + good).encode()))})
    assert case_id in of(world, "im2")
    clean(world)


def test_an_interest_after_allocation_is_told_and_moved_with_one_button(world: World) -> None:
    third(world)
    case_id = of(world, "im1")[0]
    grader = world.browser("im1")
    assert "I have an interest" in plain(grader.get(f"/cases/{case_id}/assess").text)
    told = grader.post(
        f"/cases/{case_id}/interest", {"interest_in": "practitioner", "interest_reason": "My former student."}
    )
    assert "gives case" in plain(told.text)
    assert "You have a declared interest in case" in plain(grader.get(f"/cases/{case_id}/assess").text)
    lead = world.browser("lead")
    assert "1 case of somebody who has an interest there" in plain(lead.get("/").text)
    assert "1 case has to be moved" in plain(lead.get(ALLOCATION).text)
    assert "Nobody has a case now" in plain(lead.post(f"{ALLOCATION}/interests").text)
    assert case_id not in of(world, "im1")
    lead.post(f"{ALLOCATION}/interests", status=409)
    # Why is between the person and the leads.
    assert "My former student." in lead.get(f"{ALLOCATION}/how").text
    for who in ("im2", "director", "ad", "assistant"):
        assert "My former student." not in world.browser(who).get(f"{ALLOCATION}/how").text, who
    clean(world)


def test_interests_are_declared_and_ended_by_those_they_concern(world: World) -> None:
    im1 = world.browser("im1")
    assert "one of the two" in plain(im1.post("/interests", {"interest_reason": "Why."}, status=422).text)
    im1.post("/interests", {"interest_area": "A2", "interest_reason": "Led it until June."})
    assert "declared already" in plain(
        im1.post("/interests", {"interest_area": "A2", "interest_reason": "Again."}, status=409).text
    )
    with world.database.reading() as session:
        interest = session.scalars(select(Interest)).one()
        assert (world.viewer("im1").id, "A2") in bars(session).areas
    world.browser("im2").post(f"/interests/{interest.id}/end", status=404)
    im1.post(f"/interests/{interest.id}/end")
    with world.database.reading() as session:
        assert (world.viewer("im1").id, "A2") not in bars(session).areas
    clean(world)


def test_only_leads_share_out(world: World) -> None:
    for who in ("director", "assistant", "im1", "analyst"):
        for path in ("again", "cases", "file", "shares", f"people/{world.viewer('im2').id}"):
            assert world.browser(who).send("GET", f"{ALLOCATION}/{path}").status_code == 403, (who, path)
        assert world.browser(who).send("POST", f"{ALLOCATION}/again", data={}).status_code == 403
    world.browser("head1").get(f"{ALLOCATION}/how", status=403)


def test_a_new_case_goes_to_whom_time_and_interest_allow(world: World) -> None:
    im3 = third(world)
    with world.database.writing() as session:
        audit, lead = the_audit(session), world.viewer("lead")
        staffing.declare_interest(session, world.viewer("im1").id, staffing.Declared("Led it.", area="A1"), by=lead.id)
        staffing.set_time(
            session,
            audit,
            im3,
            Load(share=0),
            served=mark({"share": "100"}),
            by=lead,
        )
        case = session.scalars(
            select(AuditCase).where(AuditCase.area == "A1", AuditCase.state == CaseState.ALLOCATED)
        ).first()
        assert case is not None
        case.state = CaseState.DRAWN
        allocating.give_to_somebody(session, case, auditors=[world.viewer("im1").id], by=lead)
        assert case.auditor_id == world.viewer("im2").id


def test_figures_reach_nobody_who_still_grades(world: World) -> None:
    """A lead who also grades sees how others' cases were graded only once theirs are submitted.

    The graders' figures are nobody's.
    """
    label = "Not Met"
    with world.database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == "im1@example.test")).one()
        grant_role(session, person, Role.LEAD, Scope.AUDIT, REF, by=None)
    assert label in world.browser("lead").get(f"/audits/{REF}/cases").text, "what must not leak is there"
    with world.database.reading() as session:
        others = Counter(
            session.scalars(
                select(AuditCase.standing_grade).where(
                    AuditCase.auditor_id != person.id, AuditCase.standing_grade.is_not(None)
                )
            )
        )
    listed = plain(world.browser("im1").get(f"/audits/{REF}/cases").text)
    assert listed.count("Shown when you have graded yours") >= sum(others.values())
    for path in ("report", "report/figures.json", "report/areas.svg"):
        assert world.browser("im2").send("GET", f"/audits/{REF}/{path}").status_code in {403, 404}, path
    assert world.browser("im2").send("GET", f"/audits/{REF}/progress").status_code == 403
    for case_id in [*of(world, "im1")]:
        grade(world, case_id, "good")
    assert "Shown when you have graded yours" not in world.browser("im1").get(f"/audits/{REF}/cases").text


def test_who_is_disabled_cannot_be_chosen(world: World) -> None:
    third(world)
    with world.database.writing() as session:
        disable(session, session.scalars(select(Person).where(Person.email == "im3@example.test")).one(), by=None)
    case, im1 = of(world, "im1")[0], world.viewer("im1").id
    refused = world.browser("lead").post(
        f"{ALLOCATION}/cases", {f"to-{case}": world.viewer("im3").id, f"was-{case}": im1, "reason": "No."}, status=409
    )
    assert "not an improvement manager on this audit who can sign in" in plain(refused.text)
