"""Reports of audits of extreme shapes: every format, edition and stage is made, and says one thing.

`make test` makes the page of each shape. CASEWORK_AUDIT_SHAPES=100 makes every format, and of 100 random audits too.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.documents import Document, Picture, Sentences, all_sections, pictures, tables
from app.documents import shown as text
from app.report.actions import basis_of, figures_of, figures_text
from app.report.document.assembled import report_document
from app.report.enums import Edition, Stage
from app.report.figures.disclosure import public_edition
from app.report.files.formats import PACK_FORMATS, Format, file_of, picture_svg
from app.report.packs.document import area_pack
from app.report.queries import area_order
from app.report.reading.schemas import Figures
from tests.report.shapes import TARGETS, Shape, brought_in, extreme, random_shape
from tests.world import ROOT, World, copied

SHAPES = extreme()
RANDOM = int(os.environ.get("CASEWORK_AUDIT_SHAPES", "0"))
FORMATS = tuple(Format) if RANDOM else (Format.HTML,)
FILES = sorted((ROOT / "tests" / "report" / "results").glob("*.csv"))


@pytest.fixture(scope="module")
def audits(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return one world for all shapes."""
    world = copied(template, tmp_path_factory.mktemp("shapes"))
    yield world
    world.database.close()


def reports(world: World, shape: Shape, file: bytes | None = None) -> list[Document]:
    """Bring an audit in, and return its report in every edition at every stage, each made into every format."""
    with world.database.writing() as session:
        audit_id = brought_in(session, shape, file).id
    with world.database.reading() as session:
        return list(_made(session, session.get_one(Audit, audit_id)))


def _made(session: Session, audit: Audit) -> Iterator[Document]:
    for edition, stage in product(Edition, Stage):
        document = report_document(session, audit, edition=edition, as_at=stage)
        for kind in FORMATS:
            assert file_of(document, kind, picture_svg), (edition, stage, kind)
        found = figures_of(session, audit, stage)
        shown = public_edition(found, basis_of(session, audit)) if edition is Edition.PUBLIC else found
        Figures.model_validate(json.loads(figures_text(shown)))
        yield document
    _packs(session, audit)


def _packs(session: Session, audit: Audit) -> None:
    """Assert that the first two areas have their packs, with the verdicts of the report."""
    table = next((t for t in tables(report_document(session, audit)) if t.code == "area-verdicts"), None)
    rows = {str(row.cells[0]): row.cells for row in table.rows} if table else {}
    for area in area_order(session, audit)[:2]:
        pack = area_pack(session, audit, area)
        told = " ".join(sentences(pack))
        assert "None" not in told.replace("None was", "")
        for cell in rows.get(area, ())[1:]:
            outcome, _, strength = str(cell).partition(" in the sample")
            if outcome.split(" ")[0] in {"reached", "missed", "within", "over"}:
                assert outcome in told.replace(f" of {TARGETS['not_met_percent']}%", ""), (cell, told)
                assert strength in told, (cell, told)
        for kind in PACK_FORMATS if RANDOM else ():
            assert file_of(pack, kind, picture_svg), (area, kind)


def sentences(document: Document) -> list[str]:
    """Return every sentence of a report."""
    blocks = [block for _, section in all_sections(document) for block in section.blocks]
    return [sentence for block in blocks if isinstance(block, Sentences) for sentence in block.sentences]


def one_thing(document: Document) -> None:
    """Assert that whatever stands in two places of a report says one thing."""
    told, shown = sentences(document), list(pictures(document))
    words = "\n".join([*told, *(p.title for p in shown), *(p.alternative for p in shown)])
    assert not re.search(r"\bNone\b(?! was| of)|\bnan\b|\[\w\]%|%%", words), words
    assert not re.search(r"\b(\d+)% (?:to|and) \1%", words), "an interval that is none"
    for table in tables(document):
        assert all(cell not in ("", None) for row in table.rows for cell in row.cells), table.code
    _differences(told, shown)
    _verdicts(document, told, shown)
    _shares(document, shown)


def _differences(told: Sequence[str], shown: Sequence[Picture]) -> None:
    """Assert that areas differ in sentences, in the title of the bars and in those of the funnels, or in none."""
    claimed = [s for s in told if "from the rest in" in s]
    titles = {p.code: p.title for p in shown}
    if "areas" in titles and not titles["areas"].startswith("Grades"):
        assert bool(claimed) == ("from the rest by more than chance would" in titles["areas"])
    for title in (title for code, title in titles.items() if code.startswith("funnel")):
        found = re.match(r"The share of (.+) in (.+) is beyond", title)
        label = re.search(r"[Ss]hare of (Good|Met|Not Met)|limits for (Good|Met|Not Met)", title)
        named = [s for s in claimed if label and f" in {label[1] or label[2]} by more" in s]
        assert bool(found) == bool(named), title
    assert not claimed or not any("no evidence that the areas differ" in s for s in told)


def _verdicts(document: Document, told: Sequence[str], shown: Sequence[Picture]) -> None:
    """Assert that a target has one verdict, of one strength, in its table, its sentence and its picture’s title."""
    table = next((t for t in tables(document) if t.code == "targets"), None)
    for row in table.rows if table else ():
        level, verdict = str(row.cells[0]), str(row.cells[-1])
        if verdict.startswith("["):
            continue
        outcome, _, strength = verdict.lower().partition(" in the sample")
        said = [s for s in told if s.startswith(("The target of", f"{level} work")) and f"{level} " in s]
        assert len(said) == 1, told
        assert all(part in said[0] for part in (outcome.removesuffix(" the limit"), strength)), (verdict, said)
        for title in (p.title for p in shown if p.code == "targets"):
            assert verdict.lower() in title.lower()


def _shares(document: Document, shown: Sequence[Picture]) -> None:
    """Assert that a bar prints a share as its table does."""
    rows = {
        (table.code, str(row.cells[0])): {text(c, k.kind) for c, k in zip(row.cells, table.columns, strict=True)}
        for table in tables(document)
        for row in table.rows
    }
    for picture in (p for p in shown if p.code in {"law-types", "areas", "children-seen"}):
        for value in picture.wide["data"]["values"]:
            cells = rows.get((picture.table, value["row"].rpartition(" (")[0]))
            # Of what is unclear the table has the count only.
            if cells is not None and value["text"].endswith("%") and value["part"] != "Unclear":
                assert value["text"] in cells, (picture.code, value, cells)


@pytest.mark.parametrize("name", SHAPES)
def test_an_audit_of_an_extreme_shape_has_its_report(audits: World, name: str) -> None:
    for document in reports(audits, SHAPES[name]):
        one_thing(document)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_results_as_people_send_them_have_their_report(audits: World, file: Path) -> None:
    for document in reports(audits, Shape((), targets=TARGETS), file.read_bytes()):
        one_thing(document)


@pytest.mark.parametrize("seed", range(RANDOM))
def test_a_random_audit_has_its_report(audits: World, seed: int) -> None:
    for document in reports(audits, random_shape(Random(seed))):
        one_thing(document)


def test_counts_are_shown_and_a_coefficient_that_says_nothing_yet_says_so(audits: World) -> None:
    for name in ("one second grade", "second grades alike", "second grades of one case, another grade"):
        found = next(t for t in tables(reports(audits, SHAPES[name])[3]) if t.code == "agreement")
        heads = [column.heading for column in found.columns]
        cells = dict(zip(heads, found.rows[0].cells, strict=True))
        assert isinstance(cells["Agree"], int)
        assert cells["AC2"] == cells["Kappa"] == "[z]"


def test_where_everybody_was_audited_nothing_is_left_to_chance(audits: World) -> None:
    told = " ".join(sentences(reports(audits, SHAPES["everybody audited"])[3]))
    assert "All 36 practitioners were audited, one case each, from 80 filings" in told
    assert "The newest case of every one of 36 practitioners was audited" in told
    assert "drawn by lot" not in told
    assert "would lie between" not in told
