"""One audit, from the commission to the published report, by seven people and in both kinds of browser."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app.clock import today
from tests.journeys.site import Site, Someone, Studio

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
REF = "NA-2026-11"
HEAD = "case_ref,practitioner_id,service_area,law_type,performance_band,employment,filed_on,document_kind\n"
# Half of the practitioners: two cases of A1, three of A2.
FILINGS = [("A1", n) for n in range(4)] + [("A2", n) for n in range(6)]


def frame() -> bytes:
    """Return the small list of filings."""
    rows = [
        f"C-{a}-{n},P-{a}-{n},{a},{'public' if n % 2 else 'wtfh'},B{1 + n % 2},"
        f"{'agency' if n == 3 else 'employed'},2026-09-{10 + n},report"
        for a, n in FILINGS
    ]
    return (HEAD + "\n".join(rows) + "\n").encode()


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_audit_from_commission_to_report(site: Site, chromium: Browser, tmp_path: Path, scripted: bool) -> None:
    pictures = Path(os.environ.get("CASEWORK_AUDIT_PICTURES") or tmp_path / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    studio = Studio(pictures if scripted and "CASEWORK_AUDIT_PICTURES" in os.environ else None, scripted=scripted)

    def enter(name: str) -> Someone:
        return Someone(site, chromium, studio, name)

    director, deputy, analyst, lead, manager, head = (
        enter(n) for n in ("director", "deputy", "analyst", "lead", "manager", "head")
    )
    commission(director)
    agree(deputy)
    import_filings(analyst)
    draw_and_allocate(lead)
    lead.open(f"/audits/{REF}/finalise")
    lead.sees("5 things are still open")
    a_concern(manager, head, lead)
    grades = grade_everything(manager)
    assert sorted(grades.values()) == ["good", "met", "not_met", "not_met", "not_met"]
    accepted, regraded, adjudicated = [ref for ref, grade in grades.items() if grade == "not_met"]
    review(head, accepted, "Yes, I accept it")
    head.sees("Grade accepted")
    for ref in (regraded, adjudicated):
        review(head, ref, "No, I challenge it")
        challenge(head)
    decide(lead, regraded, "met", "The entry is there, and it is enough.")
    decide(lead, adjudicated, "not_met", "The entry does not say what was done.")
    answer_decisions(head, regraded, adjudicated)
    lead.open(f"/audits/{REF}/finalise")
    lead.sees("2 things are still open")
    choose_none(lead)
    director.open("/")
    director.follow(adjudicated)
    rule(director, "not_met", "The note does not change what was missed.", "Record the adjudication")
    lead.open(f"/audits/{REF}/finalise")
    lead.press("Finalise the audit")
    read_the_report(lead)
    write_and_publish(lead, director)
    reader = enter("reader")
    reader.follow("National audit, November 2026")
    reader.sees("Public, with small numbers hidden")
    the_whole_line(director, adjudicated)
    look_around(enter("administrator"), lead)
    checked = site.run("verify-log")
    assert checked.returncode == 0, checked.stderr
    for someone in (director, deputy, analyst, lead, manager, head, reader):
        someone.leave()
    assert site.run("verify-log").returncode == 0


def commission(director: Someone) -> None:
    director.open("/audits")
    director.press("Commission an audit")
    director.press("Commission the audit")
    director.sees("There is a problem")
    director.type("Name", "National audit, November 2026")
    director.type("Reference", REF)
    director.type("Purpose", "To see how good casework is.")
    director.date("First day of the filing window", 1, 9, 2026)
    director.date("Last day of the filing window", 31, 10, 2026)
    for band in ("B3", "B4"):
        director.page.get_by_label(band, exact=True).uncheck()
    document = director.page.get_by_label("Threshold document", exact=True)
    wanted = document.locator("option", has_text="2014-10").first.get_attribute("value")
    document.select_option(wanted)
    director.type("At least this share at the best level", "60")
    director.type("At most this share at the lowest level", "14")
    director.press("Commission the audit")
    director.sees("National audit, November 2026")


def agree(deputy: Someone) -> None:
    deputy.open("/")
    deputy.follow("National audit, November 2026")
    deputy.press("Agree the framework")
    deputy.sees("The framework is agreed")


def import_filings(analyst: Someone) -> None:
    analyst.open("/")
    analyst.follow("National audit, November 2026")
    bad = frame().replace(b"wtfh", b"criminal", 1).replace(b"2026-09-11", b"2025-09-11", 1)
    for content in (bad, frame()):
        analyst.page.get_by_label("File with one row for each filing").set_input_files(
            {"name": "filings.csv", "mimeType": "text/csv", "buffer": content}
        )
        analyst.press("Check the file")
        if content == bad:
            analyst.sees("criminal")
            analyst.sees("2025-09-11")
            analyst.open(f"/audits/{REF}/frame")
    analyst.press("Import this list")
    analyst.sees("Hash of the list")


def draw_and_allocate(lead: Someone) -> None:
    lead.open("/")
    lead.follow("National audit, November 2026")
    lead.press("Lock the list")
    lead.sees("Read its hash out loud")
    lead.press("Draw the sample")
    lead.sees("Enter at least one person who saw the seed being made")
    lead.type("Seed", "8842 1907 3356 0241 7719")
    lead.choose("How was it made?", "Ten-sided dice, thrown in public")
    lead.type("Who saw it being made?", "Ann Other, from another service")
    lead.press("Draw the sample")
    lead.sees("5 cases drawn")
    lead.follow("How the sample was drawn")
    lead.sees("were drawn by lot")
    lead.open(f"/audits/{REF}/sample/add")
    lead.open(f"/audits/{REF}")
    lead.follow("Allocate the cases")
    lead.press("See who would get what")
    lead.press("Allocate the cases and open fieldwork")
    lead.sees("Manager")


def a_concern(manager: Someone, head: Someone, lead: Someone) -> None:
    """Raise an urgent concern before anything is graded; the head acknowledges it, acts on it and closes it."""
    manager.open("/")
    manager.follow("-A2-")
    manager.page.get_by_role("link", name="Raise an urgent safeguarding concern").first.click()
    manager.type("What have you seen, and where in the file?", "Contact log, 3 October: Mrs Example reports an injury.")
    manager.press("Raise the concern")
    manager.sees("looks like a name with a title")
    manager.press("Raise the concern")
    manager.sees("acknowledges it and says what will be done")
    lead.open(f"/audits/{REF}/finalise")
    lead.sees("6 things are still open")
    lead.open(f"/audits/{REF}/concerns")
    lead.sees("Waiting to be acknowledged")
    head.open("/")
    head.follow("-A2-")
    head.press("Acknowledge the concern")
    head.sees("There is a problem")
    head.type("What will be done?", "The service manager reads the file today.")
    head.date("By when will it be done?", 31, 12, today().year + 1)
    head.press("Acknowledge the concern")
    head.type("What was done?", "Referral to the local authority.")
    head.type("By whom?", "Service manager")
    head.date("When was it done?", today().day, today().month, today().year)
    head.press("Record what was done")
    head.type("Why does nothing more have to be done?", "The local authority has taken it up.")
    head.press("Close the concern")
    head.sees("Nothing. It is closed.")


FILL_IN = """([first, usual]) => document.querySelectorAll("section.app-standard").forEach((section, i) => {
    const level = i ? usual : first, degree = level === "not_met" ? "significant" : "none";
    section.querySelector(`input[value=${level}]`).checked = true;
    [...section.querySelectorAll(`input[value=${degree}]`)].pop().checked = true;
    section.querySelector("textarea").value = `Contact log, 3 October, ${section.id}.`;
})"""


def grade_everything(manager: Someone) -> dict[str, str]:
    """Grade every case: those of A2 Not Met, the others Good and Met; return the grades by case reference."""
    manager.open("/")
    links = [
        (link.inner_text().split()[-1], link.get_attribute("href") or "")
        for link in manager.page.locator("main table a").all()
    ]
    assert len(links) == 5, links
    others = iter(("good", "met"))
    grades = {}
    for n, (ref, address) in enumerate(links):
        grades[ref] = "not_met" if "-A2-" in ref else next(others)
        # The first is graded as a person does it; of the others the standards of a page are filled in at once.
        grade_case(manager, address, grades[ref], by_hand=n == 0)
    manager.open("/")
    manager.sees("Nothing waits for you")
    return grades


def grade_case(manager: Someone, address: str, grade: str, *, by_hand: bool) -> None:
    manager.open(address)
    manager.press("Start grading")
    # Until the page is there no standard is, and none would be graded.
    with manager.page.expect_navigation():
        manager.page.locator("main .govuk-task-list a").first.click()
    worst = grade == "not_met"
    while manager.page.locator("section.app-standard").count():
        usual = "met" if grade == "met" else "good"
        if by_hand:
            sections = manager.page.locator("section.app-standard").all()
            for n, section in enumerate(sections):
                judge_standard(section, "not_met" if worst and n == 0 else usual)
                if n < len(sections) - 1:
                    go_on(manager)
        else:
            manager.page.evaluate(FILL_IN, ["not_met" if worst else usual, usual])
            for _ in range(manager.page.locator("section.app-standard").count() - 1):
                go_on(manager)
        worst = False
        manager.look()
        manager.press("Save and continue")
    for fact in manager.page.locator("main fieldset").all():
        fact.locator("input").first.check(force=True)
    manager.press("Save and continue")
    # The page stays once where an answer and a judgement do not fit.
    second_look = manager.page.get_by_role("button", name=re.compile("^Go on to"))
    if second_look.count():
        manager.press(second_look.first.inner_text())
    manager.page.locator("main input[type=checkbox]").first.check(force=True)
    manager.press("Save and continue")
    label = {"good": "Good", "met": "Met", "not_met": "Not Met"}[grade]
    manager.sees(f"The rules indicate {label}")
    manager.choose("Your grade", label)
    manager.press("Save and continue")
    manager.sees("Check your answers")
    manager.press("Submit")


def go_on(manager: Someone) -> None:
    """Go on to the next standard, where one is shown at a time."""
    if manager.studio.scripted:
        manager.page.get_by_role("button", name="Next standard").click()


def judge_standard(section: Locator, level: str) -> None:
    section.locator(f"input[value={level}]").first.check(force=True)
    section.locator(f"input[value={'significant' if level == 'not_met' else 'none'}]").last.check(force=True)
    section.locator("textarea").fill(f"Contact log, 3 October, {section.get_attribute('id')}.")


def review(head: Someone, ref: str, answer: str) -> None:
    head.open("/")
    head.follow(ref)
    head.press("Record the review")
    head.sees("There is a problem")
    head.choose("Are the children safe?", "Yes")
    head.type("What did you find?", "File read. Visit note of 12 October: safe.")
    head.choose("Is further action needed?", "No")
    head.choose("Do you accept the grade?", answer)
    head.press("Record the review")


def challenge(head: Someone) -> None:
    first = head.page.locator("[data-standard]").first
    first.locator("input[value=met]").check(force=True)
    first.locator("textarea").fill("Contact log, 3 October, entry 2.")
    would = head.page.locator("[data-would]")
    if head.studio.scripted:
        expect(would).to_contain_text("1 of ")
        expect(head.page.locator("[data-saved]")).to_contain_text("Draft kept at")
    else:
        head.press("Work it out")
    expect(would).to_contain_text("1 of ")
    head.press("Check the challenge")
    head.sees("Enter why the grade should change")
    head.follow("Enter why the grade should change")
    expect(head.page.locator("[data-standard]").first.locator("textarea")).to_have_value(
        "Contact log, 3 October, entry 2."
    )
    head.type("Why should the grade change?", "The work is in the contact log.")
    head.press("Check the challenge")
    head.sees("You claim: Met")
    head.press("Send the challenge")
    head.sees("Waiting for a decision")


def answer_decisions(head: Someone, accepted: str, escalated: str) -> None:
    """Accept one decision, and take the other to the director."""
    head.open("/")
    head.follow(accepted)
    head.press("Accept the decision")
    head.sees("is then final")
    head.press("Accept the decision")
    head.open("/")
    head.follow(escalated)
    head.press("Ask the director to adjudicate")
    head.type("Why do you not accept the decision?", "The visit note was not weighed.")
    head.press("Ask the director")


def choose_none(lead: Someone) -> None:
    """Say why nobody gives a second grade; the adjudication is then all that is open."""
    lead.follow("Choose second grades")
    lead.page.get_by_text("Choose none of these cases").click()
    lead.type("Why is none of them graded a second time?", "One person leads and nobody else is free.")
    lead.press("Record this reason")
    lead.open(f"/audits/{REF}/finalise")
    lead.sees("1 thing is still open")


def decide(lead: Someone, ref: str, grade: str, reasons: str) -> None:
    lead.open("/")
    lead.follow(ref)
    rule(lead, grade, reasons, "Record the decision")


def rule(someone: Someone, grade: str, reasons: str, button: str) -> None:
    someone.press("I take this one")
    someone.press("Record your own view")
    someone.sees("There is a problem")
    for name in {i.get_attribute("name") for i in someone.page.locator("input[name$='-own']").all()}:
        someone.page.locator(f"input[name='{name}'][value=met]").check(force=True)
    for box in someone.page.locator("textarea[name$='-note']").all():
        box.fill("Read in the file.")
    someone.press("Record your own view")
    someone.sees("Your own view,")
    check = button.replace("Record", "Check")
    someone.press(check)
    someone.sees("There is a problem")
    someone.press("Go on writing")
    for standard in someone.page.locator("[data-standard]").all():
        standard.locator(f"input[value={grade}]").check(force=True)
        standard.locator("textarea").fill(reasons)
        standard.locator("select").first.select_option("moderate" if grade == "met" else "significant")
        if grade == "met":
            standard.locator("select").last.select_option("evidence_missed")
    someone.page.locator(f"input[name=grade][value={grade}]").check(force=True)
    someone.type("Your reasons", reasons)
    someone.press(check)
    someone.press(button)
    someone.sees(reasons)


def read_the_report(someone: Someone) -> None:
    someone.sees("1 of 5 (20%) Good, 2 of 5 (40%) Met and 2 of 5 (40%) Not Met")
    someone.sees("With fewer than 10 cases nothing can be said about the targets")
    someone.sees("3 cases first graded Not Met went back to their area")
    someone.sees("So 3 cases were first graded Not Met, and 2 finally")
    picture = someone.page.locator("figure img").last
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


def write_and_publish(lead: Someone, director: Someone) -> None:
    """Write in a box, where a typed number is refused; both sign off, and the director publishes."""
    lead.open(f"/audits/{REF}/report/boxes/next-steps")
    lead.type("Your text", "We audit 5 cases again.")
    lead.press("Save")
    lead.sees("typed by hand")
    lead.type("Your text", "We audit {cases} cases again.")
    lead.press("Preview")
    lead.sees("We audit 5 cases again.")
    lead.press("Save")
    lead.press("Sign off as audit lead")
    director.open(f"/audits/{REF}/report/making")
    director.sees("once the national service director has signed it off")
    director.press("Sign off as national service director")
    director.press("Publish the report")


def the_whole_line(director: Someone, ref: str) -> None:
    director.open(f"/audits/{REF}/cases")
    director.follow(ref)
    for step in ("Drawn in the sample", "Graded Not Met", "Immediate review recorded", "First grade", "Adjudication"):
        director.sees(step)


def look_around(administrator: Someone, lead: Someone) -> None:
    """Open what the story did not pass through, and the pages of what goes wrong."""
    for path in ("/admin/people", "/admin/people/new", "/admin/people/3", "/admin/log"):
        administrator.open(path)
    for path in (
        "/thresholds",
        "/thresholds/national-casework/2014-10",
        f"/audits/{REF}",
        f"/audits/{REF}/challenges",
        "/reports",
        f"/audits/{REF}/framework",
    ):
        lead.open(path)
    lead.open("/no-such-page")
    lead.sees("Page not found")
    administrator.leave()
