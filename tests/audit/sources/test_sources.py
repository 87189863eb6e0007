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
