"""How a report's files are made and kept: in the background, one making a file, whole or not at all."""

import fcntl
import io
import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import delete

from app.audit.enums import AuditState
from app.documents import pictures
from app.labels import size_in_words
from app.report import actions
from app.report.document.assembled import figures_for
from app.report.enums import Edition
from app.report.files import queue
from app.report.files.formats import Format, file_of, picture_svg
from app.report.files.queue import State, kept_files, percent_of, start, state_of
from app.report.models import PublishedEdition
from tests.browser import plain
from tests.report.a_document import document
from tests.test_blindness import EARLIER, earlier_audit
from tests.world import World, the_audit

DOCUMENT = document()


@pytest.fixture
def kept(tmp_path: Path) -> queue.Kept:
    return kept_files(tmp_path, DOCUMENT, Edition.INTERNAL)[Format.XLSX]


def test_a_file_is_made_in_the_background_and_kept(kept: queue.Kept) -> None:
    assert (state_of(kept), kept.size) == (State.MISSING, 0)
    start(kept, DOCUMENT)
    assert state_of(kept) is State.MAKING
    start(kept, DOCUMENT)
    assert len(queue._running) == 1, "one making a file"
    queue.wait()
    assert state_of(kept) is State.READY
    assert kept.path.read_bytes() == file_of(DOCUMENT, Format.XLSX, picture_svg)
    start(kept, DOCUMENT)
    assert queue._running == [], "what is there is not made again"


def test_a_making_that_was_killed_leaves_no_half_file_and_can_be_started_again(kept: queue.Kept) -> None:
    start(kept, DOCUMENT)
    queue._running[0].send_signal(signal.SIGKILL)
    queue.wait()
    assert state_of(kept) is State.BROKEN
    assert not kept.path.exists()
    queue.make(kept, DOCUMENT)
    assert state_of(kept) is State.READY


def test_pictures_that_are_drawn_already_are_not_drawn_again(tmp_path: Path) -> None:
    kept = kept_files(tmp_path, DOCUMENT, Edition.INTERNAL)[Format.HTML]
    kept.folder.mkdir(parents=True)
    frozen = {
        f"{picture.code}.{size}": f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{picture.code} {size}</desc></svg>'
        for picture in pictures(DOCUMENT)
        for size in ("wide", "narrow")
    }
    queue.make(kept, DOCUMENT, frozen)
    as_frozen = file_of(DOCUMENT, Format.HTML, lambda picture, size="wide": frozen[f"{picture.code}.{size}"])
    assert kept.path.read_bytes() == as_frozen
    assert kept.path.read_bytes() != file_of(DOCUMENT, Format.HTML, picture_svg)


def test_how_far_a_file_is_can_be_seen_while_it_is_made(tmp_path: Path) -> None:
    kept = kept_files(tmp_path, DOCUMENT, Edition.INTERNAL)[Format.HTML]
    kept.folder.mkdir(parents=True)
    with kept.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert (state_of(kept), percent_of(kept)) == (State.MAKING, 0)
        queue.make(kept, DOCUMENT)
    assert percent_of(kept) == 80


def test_another_content_of_the_same_identifier_takes_the_place_of_the_first(tmp_path: Path) -> None:
    others = [DOCUMENT, replace(DOCUMENT, subtitle="Another"), replace(DOCUMENT, identifier="another")]
    for each in others:
        file = kept_files(tmp_path, each, Edition.INTERNAL)[Format.XLSX]
        file.folder.mkdir(parents=True, exist_ok=True)
        queue.make(file, each)
    assert [kept_files(tmp_path, each, Edition.INTERNAL)[Format.XLSX].path.exists() for each in others] == [
        False,
        True,
        True,
    ]
    assert (
        kept_files(tmp_path, DOCUMENT, Edition.PUBLIC)[Format.XLSX].path
        != kept_files(tmp_path, DOCUMENT, Edition.INTERNAL)[Format.XLSX].path
    )


def test_the_page_makes_a_file_and_gives_it(world: World) -> None:
    earlier_audit(world, "P-9", AuditState.FINALISED)
    base = f"/audits/{EARLIER}/report/files"
    director = world.browser("director")
    page = director.get(base).text
    assert page.count("Make this file") == len(Format)
    assert director.send("GET", f"{base}/xlsx").headers["location"] == base
    response = director.send("GET", base)
    assert ("Being made" in response.text, response.headers["refresh"]) == (True, "2")
    queue.wait()
    response = director.send("GET", base)
    assert "refresh" not in response.headers
    assert "KB)" in response.text
    file = director.send("GET", f"{base}/xlsx")
    assert (file.status_code, file.headers["content-type"]) == (200, Format.XLSX.about.media_type)
    assert file.headers["content-disposition"] == f'attachment; filename="{EARLIER}-internal.xlsx"'
    assert CalamineWorkbook.from_filelike(io.BytesIO(file.content)).sheet_names[0] == "Cover"
    assert director.send("GET", f"{base}/xlsx", headers={"if-none-match": file.headers["etag"]}).status_code == 304
    director.get(f"{base}/exe", status=404)


def test_readers_have_the_public_edition_of_what_is_published_only(world: World) -> None:
    earlier_audit(world, "P-9", AuditState.PUBLISHED)
    reader = world.browser("reader")
    page = reader.get(f"/reports/{EARLIER}/files").text
    assert "The published edition" in page
    internal = f"/audits/{EARLIER}/report/files"
    assert internal not in page
    for path in (internal, f"{internal}/pdf"):
        reader.get(path, status=404)
    assert f'href="{internal}"' in world.browser("director").get(f"/reports/{EARLIER}/files").text
    world.browser("director").get(internal)


def test_a_reader_gets_the_internal_edition_by_no_address_not_even_of_what_was_published_before_editions_were_kept(
    world: World,
) -> None:
    earlier_audit(world, "P-9", AuditState.PUBLISHED)
    reader, director = world.browser("reader"), world.browser("director")
    with world.database.writing() as session:
        session.execute(delete(PublishedEdition))
    with world.database.reading() as session:
        audit = the_audit(session, EARLIER)
        figures = json.loads(actions.figures_text(figures_for(session, audit, Edition.PUBLIC)))
        assert figures != json.loads(actions.figures_text(figures_for(session, audit, Edition.INTERNAL)))
    for base in (f"/reports/{EARLIER}", f"/audits/{EARLIER}/report"):
        for query in ("", "?edition=internal", "?edition=internal&as_at=first"):
            page = reader.get(f"{base}{query}").text
            assert "Public, with small numbers hidden" in plain(page)
            assert "Official-sensitive" not in page
    assert json.loads(reader.get(f"/audits/{EARLIER}/report/figures.json?edition=internal").text) == figures
    assert "Official-sensitive" in director.get(f"/reports/{EARLIER}").text


def test_sizes_are_said_in_words() -> None:
    assert [size_in_words(size) for size in (1, 840_400, 999_999, 1_240_000)] == ["1 KB", "840 KB", "1.0 MB", "1.2 MB"]


def test_a_file_that_broke_off_says_so(world: World) -> None:
    earlier_audit(world, "P-9", AuditState.PUBLISHED)
    reader = world.browser("reader")
    reader.send("GET", f"/reports/{EARLIER}/files/xlsx")
    queue._running[0].kill()
    queue.wait()
    page = reader.get(f"/reports/{EARLIER}/files").text
    assert "This file could not be made." in page
    assert page.count("Make this file") == len(Format) - 1
