"""One page for supervision: what stands on it, on how many pages, and who makes and records it."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pikepdf
import pytest
from sqlalchemy import select

from app.audit.enums import CaseState
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import load_document
from app.clock import today
from app.improvement.sheets.files import pdf_of, word_of
from app.improvement.sheets.sheet import EVIDENCE_OF_MANY, EVIDENCE_OVERLEAF, ON_THE_FIRST, Below, Sheet
from app.keeping.record import wrong
from app.moderation.sheets.models import LONGEST_AGREED, CaseSheet
from app.moderation.sheets.queries import discussed
from tests.improvement.conftest import MANAGER, Ended
from tests.improvement.test_reading import talk
from tests.world import ROOT, World, cases, the_audit

LONG = "Contact log, 3 October: no record that the plan was shared before it was filed. " * 6


@cache
def document() -> ThresholdDocument:
    return load_document((ROOT / "app/data/thresholds/national-casework-2014-10.yaml").read_text())


def sheet(count: int, **more: str) -> Sheet:
    """Return a sheet with so many standards below the best level, all of them with long evidence."""
    d = document()
    standards = list(d.standards())[:count]

    def below(n: int) -> Below:
        s, room = standards[n], EVIDENCE_OF_MANY if n < ON_THE_FIRST else EVIDENCE_OVERLEAF
        stands = "Met, moderate improvement needed"
        return Below(s.title, s.critical, stands, s.descriptors["met"], s.descriptors["good"], LONG[:room])

    rows = [below(n) for n in range(count)]
    themes = {k: [t.label for t in d.learning_themes if t.kind == k][:6] for k in ("strength", "learning")}
    return Sheet(
        title="Case N4100017",
        facts=(("Law type", "Public law"), ("Audit", "National audit")),
        grade="Met",
        decided=("Graded Not Met, 3 November 2026", "Decided after a challenge: Met, 19 November 2026"),
        best="Good",
        first=rows[:ON_THE_FIRST],
        more=rows[ON_THE_FIRST:],
        strengths=themes["strength"],
        learning=themes["learning"],
        words=more.get("words", ""),
        agreed=more.get("agreed", ""),
        due=more.get("due", ""),
        discussed="",
        made_on="30 November 2026",
    )


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (6, 1), (7, 2), (24, 2)])
@pytest.mark.parametrize("words", ["", LONG * 2])
def test_a_page_is_one_page_and_more_than_six_standards_are_overleaf(count: int, pages: int, words: str) -> None:
    made = sheet(count, words=words[:900], agreed=words[:LONGEST_AGREED])
    pdf = pdf_of(made)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) == pages
        assert file.Root.MarkInfo.Marked
        assert "Case N4100017" in str(file.docinfo.get("/Title"))
    assert pdf == pdf_of(made)
    assert ("overleaf" in made.heading) is (count > ON_THE_FIRST)
    word = zipfile.ZipFile(io.BytesIO(word_of(made))).read("word/document.xml").decode()
    assert word_of(made) == word_of(made)
    assert [row.title for row in (*made.first, *made.more) if row.title not in word] == []
    assert ("<w:tblHeader" in word) is (count > 0)


def test_the_identifier_is_of_what_it_says_and_not_of_the_day() -> None:
    one = sheet(3)
    assert one.identifier == replace(one, made_on="1 December 2026").identifier
    assert one.identifier != replace(one, grade="Good").identifier
    assert len(one.identifier) == 12


def test_head_and_service_manager_record_the_talk_once_it_is_final(ended: Ended) -> None:
    world, case = ended.world, ended.other
    head, manager = world.browser("head1"), world.browser(MANAGER)
    assert f"/cases/{case}/sheet" in head.get(f"/cases/{case}").text
    head.post(f"/cases/{case}/sheet", {}, status=422)
    later, day = today() + timedelta(days=1), today() - timedelta(days=400)
    for wrong_day in (later, day):
        sent = {f"discussed_on-{p}": str(getattr(wrong_day, p)) for p in ("day", "month", "year")}
        head.post(f"/cases/{case}/sheet", sent, status=422)
    head.post(f"/cases/{case}/sheet", talk(agreed="x" * (LONGEST_AGREED + 1)), status=422)
    head.post(f"/cases/{case}/sheet", talk(agreed="Bring two plans."))
    manager.post(f"/cases/{case}/sheet", talk(agreed="Bring three plans."))
    for kind in ("pdf", "docx"):
        manager.get(f"/cases/{case}/sheet/files/{kind}")
    manager.send("GET", f"/cases/{case}/sheet/files/exe")
    with world.database.reading() as session:
        assert session.scalars(select(CaseSheet.agreed)).all() == ["Bring three plans."]
        of = discussed(session, the_audit(session))
        assert of["A1"][0] == 1
        assert of["A1"][1] > 1
        assert list(wrong(session)) == []
    for name in ("head2", "lead", "im1", "director", "admin", "reader"):
        world.browser(name).get(f"/cases/{case}/sheet", status=404)


def test_a_case_that_is_not_final_has_no_page(world: World) -> None:
    first = cases(world, "A1", CaseState.GRADED)[0]
    answer = world.browser("head1").send("GET", f"/cases/{first}/sheet")
    assert answer.status_code == 303
