"""A thematic audit keeps to kinds of document: rows of others are left out by name and counted, as its receipt says."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

from app.audit.filings.actions import allowed_in
from app.audit.models import Audit
from app.people.kinds import SHIPPED
from app.sampling.columns import Allowed
from app.sampling.commands import draw_from, read_any_frame, verify
from app.sampling.mapping.balance import reason_in_words
from app.sampling.mapping.result import Mapped
from app.sampling.reading import read_frame
from app.sampling.shapes.wanted import Shape
from tests.audit.commission.test_audit_pages import the_framework
from tests.browser import plain
from tests.sampling.mapping.exports import kind_of
from tests.world import AREAS, WINDOW, World, frame_csv

FIRST, SECOND = [kind.code for kind in SHIPPED.document_kinds.open][:2]


def mixed() -> bytes:
    """Return the small list with every other filing of another kind."""
    head, *rows = frame_csv().decode().splitlines()
    other = [row.replace(",report", f",{SECOND}") if n % 2 else row for n, row in enumerate(rows)]
    return "\n".join([head, *other, ""]).encode()


def test_rows_of_other_kinds_are_left_out_by_name_and_counted() -> None:
    allowed = Allowed(AREAS, ("public", "wafh", "wtfh"), ("B1", "B2"), WINDOW, documents=(SECOND,))
    reading = read_frame(BytesIO(mixed()), allowed)
    assert (reading.total_problems, reading.rows) == (0, 20)
    assert reading.left_out == {"documents": {FIRST: 20}}
    known = {warning.kind: warning for warning in reading.warnings}
    assert SHIPPED.document_kinds.name(FIRST) in str(known["W-OTHER-KIND"])


def test_a_receipt_names_the_kinds_and_is_checked_on_the_whole_list(tmp_path: Path) -> None:
    path = tmp_path / "frame.csv"
    path.write_bytes(mixed())
    shape = Shape(documents=(SECOND,))
    reading = read_any_frame(path, kinds=SHIPPED, shape=shape)
    receipt = json.loads(
        json.dumps(
            draw_from(reading, seed="12345678901234567890", shape=shape, law_rule="share", window=WINDOW).receipt
        )
    )
    assert receipt["wanted"] == {"document_kinds": [SECOND]}
    assert verify(path, receipt, SHIPPED) is None
    assert verify(path, {**receipt, "wanted": {"document_kinds": [FIRST]}}, SHIPPED) is not None


def test_an_export_says_of_which_kind_rows_were_left_out() -> None:
    of = Mapped("", "", "", 1, {f"document_kind:{FIRST}": 1}, {}, {})
    words = reason_in_words(f"document_kind:{FIRST}", of, kind_of(), (date(2026, 9, 1), date(2026, 10, 31)))
    assert words.endswith("not part of the audit")
    assert FIRST in words


def test_only_a_thematic_audit_keeps_to_kinds(world: World) -> None:
    director, sent = world.browser("director"), the_framework(world, kind="national", document_kinds=[SECOND])
    refused = plain(director.post("/audits/new", sent, status=422).text)
    assert "Only a thematic audit keeps to kinds of document" in refused
    strange = director.post("/audits/new", {**sent, "kind": "thematic", "document_kinds": ["letters"]}, status=422)
    assert "cannot be chosen for a new audit" in plain(strange.text)
    director.post("/audits/new", {**sent, "kind": "thematic"})
    page = plain(director.get("/audits/NA-2026-11/framework").text)
    assert SHIPPED.document_kinds.name(SECOND) in page
    with world.database.reading() as session:
        audit = session.query(Audit).filter_by(ref="NA-2026-11").one()
        assert allowed_in(session, audit).documents == (SECOND,)
