"""The invented list, its receipt before the product's checker and another one, and days that move."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.clock import LONDON
from app.people.kinds import SHIPPED
from app.sampling.columns import NO_BANDS, Allowed
from app.sampling.reading import read_frame
from app.work.rehearsal.actions import window_before
from app.work.rehearsal.invented import Invention, invented_list
from app.work.rehearsal.moving import earlier
from tests.sampling.checker import Chances, complaints
from tests.work.rehearsal.rehearsing import FIRST, begun, with_people
from tests.world import World

WINDOW = (date(2026, 9, 1), date(2026, 10, 31))
AREAS = st.lists(st.sampled_from(["A1", "A2", "A15 Public", "Gwynedd – Môn", "7"]), min_size=1, max_size=5, unique=True)


def invention(areas: list[str], *, each: int = 2, bands: bool = True, seed: str = "1") -> Invention:
    return Invention(
        areas=areas,
        law_types=SHIPPED.law_types.codes,
        bands=SHIPPED.bands.codes if bands else (),
        employment=SHIPPED.employment.codes,
        document_kinds=SHIPPED.document_kinds.codes,
        window=WINDOW,
        each=each,
        seed=seed,
    )


@settings(deadline=None, max_examples=40)
@given(AREAS, st.integers(1, 10), st.booleans(), st.text(max_size=5))
def test_every_invented_list_is_a_sound_list(areas: list[str], each: int, bands: bool, seed: str) -> None:
    of = invention(areas, each=each, bands=bands, seed=seed)
    made = invented_list(of)
    assert made == invented_list(of)
    missing = "reject" if bands else NO_BANDS
    allowed = Allowed(tuple(areas), tuple(of.law_types), tuple(of.bands), WINDOW, missing_band=missing)
    reading = read_frame(io.BytesIO(made.encode()), allowed)
    assert list(reading.problems) == []
    assert set(reading.counts["service_area"]) == set(areas)
    assert min(reading.counts["service_area"].values()) > each
    rows = list(csv.DictReader(io.StringIO(made)))
    assert all(row["case_ref"].startswith("TRY-") and row["practitioner_id"].startswith("TRY-P") for row in rows)
    assert {row["law_type"] for row in rows} == set(of.law_types)
    assert all(date.fromisoformat(row["filed_on"]).weekday() < 5 for row in rows)


def test_its_receipt_holds_before_both_checkers(world: World, tmp_path: Path) -> None:
    with_people(world)
    begun(world)
    browser, files = world.browser("lead"), {}
    for name in ("list", "receipt", "cases"):
        answer = browser.send("GET", f"/audits/{FIRST}/sample/{name}")
        assert FIRST in answer.headers["content-disposition"]
        files[name] = tmp_path / name
        files[name].write_bytes(answer.content)
    assert '"rehearsal": true' in files["receipt"].read_text().replace('":true', '": true')
    assert main(["verify-sample", str(files["list"]), str(files["receipt"])]) == 0
    files["receipt"].write_text(files["receipt"].read_text().replace("true", "false"))
    assert main(["verify-sample", str(files["list"]), str(files["receipt"])]) == 1
    frame, sample = (list(csv.DictReader(io.StringIO(files[name].read_text()))) for name in ("list", "cases"))
    people = {
        area: len({r["practitioner_id"] for r in frame if r["service_area"] == area}) for area in ("A1", "A2", "A9")
    }
    chances = Chances({area: Fraction(2, count) for area, count in people.items()})
    seed = json.loads(files["receipt"].read_text())["seed"]["text"]
    assert complaints(frame, sample, seed=seed, fraction=Fraction(), chances=chances) == []


@pytest.mark.parametrize("weeks", [1, 4, 12])
def test_days_and_moments_keep_their_day_of_the_week_and_their_hour(weeks: int) -> None:
    back = timedelta(weeks=weeks)
    # The clocks go back on 25 October 2026.
    for at in (datetime(2026, 10, 26, 0, 30, tzinfo=UTC), datetime(2026, 12, 1, 23, 30, tzinfo=UTC)):
        moved = earlier(at, back)
        assert isinstance(moved, datetime)
        one, other = at.astimezone(LONDON), moved.astimezone(LONDON)
        assert (one.weekday(), one.hour, one.minute) == (other.weekday(), other.hour, other.minute)
        assert one.date() - other.date() == back
    assert earlier(date(2026, 12, 1), back) == date(2026, 12, 1) - back
    assert earlier(None, back) is None


def test_the_window_is_the_two_whole_months_before() -> None:
    assert window_before(date(2026, 12, 1)) == (date(2026, 10, 1), date(2026, 11, 30))
    assert window_before(date(2026, 1, 31)) == (date(2025, 11, 1), date(2025, 12, 31))
