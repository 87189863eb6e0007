"""Whoever grades is blind to what biases.

Band, employment, earlier grades and figures by area stand behind no route that they can open.
"""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

from sqlalchemy import select, update

from app.audit.enums import AuditState, CaseState
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.moderation.models import Challenge
from app.people.enums import Role
from app.report.files import queue
from app.rooms.addresses import all_routes
from tests.browser import Browser, plain
from tests.moderation.stories import give
from tests.world import NATION, REF, World, cases, grade, publish, the_audit

EARLIER = "EARLIER-9"
BAND, EMPLOYMENT, CASE = "Band Zebra", "Moonlighter", "ZEBRA-CASE"
# The earlier audit's cases of A1: 23, of which 17 Good.
FIGURES = ("A1 23 17 74%", "17 of 23", '"percent": 74')
HEAD = (
    "case_id,practitioner_id,service_area,law_type,employment,performance_band,first_grade,final_grade,children_seen,"
    "returned_to_area,challenged"
)


def earlier_audit(world: World, practitioner: str, state: AuditState) -> None:
    """Bring in an audit in which the practitioner had a Met; A1 had 17 Good of 23, and A2 others."""
    rows = [f"{CASE},{practitioner},A1,public,employed,{BAND},Met,Met,seen,no,no"]
    rows += [
        f"E{n},Q{n},A1,public,employed,B1,{'Good' if n < 17 else 'Met'},{'Good' if n < 17 else 'Met'},seen,no,no"
        for n in range(22)
    ]
    rows += [f"F{n},R{n},A2,public,employed,B1,Met,Met,seen,no,no" for n in range(9)]
    with world.database.writing() as session:
        kept = library_queries.threshold(session, "national-casework", "2014-10")
        reading = read_results(BytesIO("\n".join([HEAD, *rows, ""]).encode()), library_queries.document(kept))
        assert reading.problems == []
        of = EarlierAudit(
            ref=EARLIER,
            name="Earlier audit",
            window_from=date(2025, 9, 1),
            window_to=date(2025, 10, 31),
            threshold=kept,
        )
        import_results(session, of, reading.results)
    if state is AuditState.PUBLISHED:
        publish(world, EARLIER)


def marked(world: World) -> tuple[int, int]:
    """Give the cases that wait for the first improvement manager an unmistakable band and employment.

    Return one, and one that they submitted.
    """
    own = world.viewer("im1").id
    with world.database.reading() as session:
        mine = [c for a in ("A1", "A2") for c in cases(world, a) if session.get_one(AuditCase, c).auditor_id == own]
    done, waiting = mine[0], mine[1]
    grade(world, done, "not_met")
    with world.database.writing() as session:
        session.execute(
            update(AuditCase).where(AuditCase.auditor_id == own).values(performance_band=BAND, employment=EMPLOYMENT)
        )
    return waiting, done


def addresses(world: World, *own: int) -> Iterator[str]:
    """Yield every address behind every route that shows something, with everything that is there."""
    with world.database.reading() as session:
        challenge = session.scalars(select(Challenge).order_by(Challenge.id)).first()
        assert challenge is not None
        numbers = {
            "case_id": [
                str(key)
                for key in (
                    *own,
                    challenge.case_id,
                    session.scalars(select(AuditCase.id).where(AuditCase.case_ref == CASE)).one(),
                )
            ],
            "challenge_id": [str(challenge.id)],
            "return_id": ["1", "2", "3"],
            "person_id": ["1", "2"],
            "grant_id": ["1"],
            "token": ["x"],
            "ref": [REF, EARLIER],
            "area": ["safeguarding"],
            "document_id": ["national-casework"],
            "version": ["2014-10"],
            "kind": ["standard"],
            "code": ["SAF1", "areas"],
            "box": ["areas"],
            "number": ["0"],
            "team_id": ["1"],
            "proposal_id": ["1"],
            "point_id": ["1"],
            "concern_id": ["1"],
            "interest_id": ["1"],
            "benchmark_id": ["1"],
            "area_code": ["A1"],
            "list_name": ["law_types"],
            "kind_code": ["wafh"],
            "improvement_id": ["1"],
            "format": ["xlsx"],
        }
    for route in all_routes():
        if route.method == "GET":
            names = re.findall(r"\{(\w+)\}", route.path)
            first = names[0] if names else ""
            for value in numbers.get(first, ["1"]):
                chosen = {name: numbers.get(name, ["1"])[0] for name in names} | {first: value}
                yield route.path.format(**chosen)


def shown(browser: Browser, paths: list[str]) -> dict[str, str]:
    """Return what a person gets to see, by address: words, files and pictures, as they came and as plain words."""
    found = {}
    for path in paths:
        answer = browser.send("GET", path)
        if answer.status_code == 200:
            found[path] = f"{answer.text}\n{plain(answer.text)}"
    return found


def leaks(seen: dict[str, str]) -> set[tuple[str, str]]:
    """Return where something stands that sways a grade; alt texts and SVG titles are part of what came."""
    return {(path, word) for path, text in seen.items() for word in (BAND, EMPLOYMENT, CASE, *FIGURES) if word in text}


def test_nothing_that_biases_is_behind_any_route_of_a_person_who_grades(world: World) -> None:
    for role in (Role.IMPROVEMENT_MANAGER, Role.READER):
        give(world, "im1", role, *NATION)
    waiting, done = marked(world)
    with world.database.reading() as session:
        practitioner = session.get_one(AuditCase, waiting).practitioner_id
    earlier_audit(world, practitioner, AuditState.PUBLISHED)
    paths = list(addresses(world, waiting, done))
    assert len(paths) > 100
    there = leaks(shown(world.browser("director"), paths)) | leaks(shown(world.browser("lead"), paths))
    assert {word for _, word in there} >= {BAND, EMPLOYMENT, CASE, FIGURES[0]}, "there is something to leak"
    queue.wait()
    seen = shown(world.browser("im1"), paths)
    assert {
        "/",
        "/audits",
        f"/reports/{EARLIER}",
        f"/audits/{REF}/cases",
        f"/cases/{waiting}",
        f"/cases/{waiting}/assess",
        f"/cases/{done}",
    } <= set(seen)
    assert f"/reports/{EARLIER}/pictures/areas.svg" not in seen
    for path in ("files", "files/xlsx"):
        world.browser("im1").get(f"/reports/{EARLIER}/{path}", status=403)
    assert leaks(seen) == set()
    assert "Figures by service area are left out of your copy" in seen[f"/reports/{EARLIER}"]


def test_the_figures_are_back_when_everything_is_submitted_and_the_band_never_was(world: World) -> None:
    give(world, "im1", Role.IMPROVEMENT_MANAGER, *NATION)
    _, done = marked(world)
    earlier_audit(world, "P-9", AuditState.PUBLISHED)
    with world.database.writing() as session:
        session.execute(
            update(AuditCase)
            .where(AuditCase.state == CaseState.ALLOCATED)
            .values(state=CaseState.FINAL, standing_grade="good")
        )
    seen = shown(
        world.browser("im1"),
        [f"/reports/{EARLIER}", f"/reports/{EARLIER}/pictures/areas.svg", f"/cases/{done}", f"/audits/{REF}/sample"],
    )
    assert FIGURES[0] in seen[f"/reports/{EARLIER}"]
    assert f"/reports/{EARLIER}/pictures/areas.svg" in seen
    assert BAND not in seen[f"/cases/{done}"]


def test_it_holds_for_the_person_in_whatever_role(world: World) -> None:
    for role in (Role.LEAD, Role.ANALYST, Role.ASSISTANT_DIRECTOR):
        give(world, "im1", role, *NATION)
    marked(world)
    earlier_audit(world, "P-9", AuditState.FINALISED)
    browser = world.browser("im1")
    for path in ("sample", "sample/list", "sample/cases", "sample/receipt", "sample/public-receipt", "frame"):
        assert "must not sway a grade" in plain(browser.get(f"/audits/{REF}/{path}", status=403).text)
    for path in (
        "report/figures.json",
        "report/pictures/areas.svg",
        "report/files",
        "report/files/pdf",
        "areas",
        "areas/A1",
        "areas/A1/plan",
    ):
        browser.get(f"/audits/{EARLIER}/{path}", status=403)
    report = browser.get(f"/audits/{EARLIER}/report").text
    assert "Download the figures" not in report
    assert "Files of this report" not in report
    assert FIGURES[0] not in plain(report)
    with world.database.reading() as session:
        assert the_audit(session).state is AuditState.FIELDWORK
