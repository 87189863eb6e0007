"""The sources on their page: read from a file, given out, closed; nobody else sees them."""

import json

import pytest
from sqlalchemy import select

from app.mapping.models import MappingSource
from tests.browser import plain
from tests.sampling.mapping.exports import CASES
from tests.world import World

PROFILE = (CASES / "cms-export.profile.json").read_bytes()


def test_a_mapping_is_read_changed_given_out_and_closed(world: World) -> None:
    browser = world.browser("analyst")
    assert "None is known yet" in plain(browser.get("/admin/sources").text)
    page = browser.post("/admin/sources", files={"file": ("p.json", PROFILE)})
    assert "Case system export, version 1, is kept" in plain(page.text)
    changed = json.loads(PROFILE) | {"dates": "month-first"}
    page = browser.post("/admin/sources", files={"file": ("p.json", json.dumps(changed).encode())})
    assert "how dates are written" in plain(page.text)
    with world.database.reading() as session:
        source = session.scalars(select(MappingSource)).one()
    assert browser.get(f"/admin/sources/{source.id}/1.json").json() == json.loads(PROFILE)
    browser.get(f"/admin/sources/{source.id}/9.json", status=404)
    page = browser.post(f"/admin/sources/{source.id}/close")
    assert "Case system export is closed" in plain(page.text)
    browser.post(f"/admin/sources/{source.id}/close", status=409)


@pytest.mark.parametrize("bad", [b"", b"{}", b"\xff\xfe", b"[1]", PROFILE.replace(b"mapping/1", b"mapping/2")])
def test_a_file_that_is_no_mapping_is_refused(world: World, bad: bytes) -> None:
    page = world.browser("analyst").post("/admin/sources", files={"file": ("p.json", bad)}, status=422)
    assert "There is a problem" in plain(page.text)


def test_nobody_else_sees_them(world: World) -> None:
    world.browser("director").get("/admin/sources", status=404)


def body(kind: str, name: str, **more: object) -> bytes:
    usual = {"schema": "mapping/1", "kind": kind, "name": name, "values": {}, "dates": "day-first"}
    return json.dumps({**usual, "outside_window": "exclude", "several": {}, **more}).encode()


RESULTS = body("results", "Earlier results", columns={"case_id": "Case No", "final_grade": "Agreed"})
PEOPLE = body("people", "Staff list", columns={"name": "Who", "email": "Mail"}, values={"role": {"boss": "lead"}})


def test_mappings_of_results_and_of_people_are_read_too(world: World) -> None:
    analyst, admin = world.browser("analyst"), world.browser("admin")
    page = analyst.post("/admin/sources", files={"file": ("p.json", RESULTS)})
    assert "Earlier results, version 1, is kept" in plain(page.text)
    assert "Results of earlier audits" in plain(page.text)
    refused = analyst.post("/admin/sources", files={"file": ("p.json", PEOPLE)}, status=422)
    assert "so an administrator reads it in" in plain(refused.text)
    page = admin.post("/admin/sources", files={"file": ("p.json", PEOPLE)})
    assert "Staff list, version 1, is kept" in plain(page.text)
    with world.database.reading() as session:
        kept = {s.kind: s.id for s in session.scalars(select(MappingSource))}
    assert set(kept) == {"results", "people"}
    assert "Staff list" not in plain(analyst.get("/admin/sources").text)
    analyst.get(f"/admin/sources/{kept['people']}/1.json", status=404)
    analyst.post(f"/admin/sources/{kept['people']}/close", status=404)
    assert admin.get(f"/admin/sources/{kept['people']}/1.json").json() == json.loads(PEOPLE)
    assert "Staff list is closed" in plain(admin.post(f"/admin/sources/{kept['people']}/close").text)


@pytest.mark.parametrize("kind", ["results", "people", "dogs"])
def test_a_mapping_names_fields_of_its_kind(world: World, kind: str) -> None:
    bad = body(kind, "Bad", columns={"shoe_size": "Shoe"})
    page = plain(world.browser("admin").post("/admin/sources", files={"file": ("p.json", bad)}, status=422).text)
    assert ("fields that are not known: shoe_size" in page) is (kind != "dogs")
