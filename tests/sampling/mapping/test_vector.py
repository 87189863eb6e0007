"""The vector of adoption.md section 1, files of five other case systems, and what does not matter to the hash."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.mapping.profile import Profile, profile_of, read_profile
from app.sampling.mapping.applying import read_mapped
from app.sampling.mapping.draft import Draft, drafted
from app.sampling.mapping.survey import Survey, survey
from app.sampling.reading import FrameReading
from tests.sampling.mapping import exports
from tests.sampling.mapping.exports import ALLOWED, CASES, FRAME, as_csv, kind_of, profile, with_values

KIND = kind_of()
MAPPING = "589599ebb708a1e17908e55a607717574f4de80d89f02953a154e982ceafd815"


def read(file: bytes, by: Profile, *, to_draw: bool = False) -> FrameReading:
    return read_mapped(io.BytesIO(file), by, KIND, ALLOWED, to_draw=to_draw)


def first(file: bytes) -> tuple[Survey, Draft]:
    found = survey(io.BytesIO(file), KIND, largest=None)
    return found, drafted(found, KIND, "Case system export")


@pytest.mark.parametrize(("name", "rows", "no_data"), [("cms-export.csv", 115, 0), ("cms-export.xlsx", 116, 1)])
def test_the_vector(name: str, rows: int, no_data: int) -> None:
    file = (CASES / name).read_bytes()
    reading = read(file, profile())
    assert profile().sha256 == MAPPING
    assert (reading.sha256, reading.rows, reading.practitioners) == (FRAME, 96, 46)
    assert reading.counts["service_area"] == {"EM": 11, "GN": 11, "KM": 12, "SC": 12}
    assert reading.mapped is not None
    left = {"law_type:rule 16.4": 1, "outside_window": 18} | ({"no_data": 1} if no_data else {})
    said = reading.mapped.source(1)
    assert (said["rows"], said["left_out"], said["changed"]) == (rows, left, {"service_area": 0})
    assert said["mapping"] == {"name": "Case system export", "version": 1, "sha256": MAPPING}
    assert reading.mapped.missing == ["EMP10003", "EMP10103"]
    assert read(file, profile(), to_draw=True).sha256 == FRAME


def test_what_is_recognised_and_two_decisions_are_the_mapping_of_the_vector() -> None:
    _, draft = first((CASES / "cms-export.csv").read_bytes())
    assert draft.new == {"SC": "South Coast", "GN": "Greater North", "KM": "Kent & Medway", "EM": "East Midlands"}
    reading = read((CASES / "cms-export.csv").read_bytes(), draft.profile)
    assert reading.mapped is not None
    assert [(o.field, o.shown) for o in reading.mapped.opens] == [("law_type", "Rule 16.4"), ("performance_band", "")]
    whole = with_values(draft.profile, law_type={"rule 16.4": None}, performance_band={"": "unbanded"})
    assert whole.sha256 == MAPPING


@pytest.mark.parametrize("name", ["cms-export.csv", "cms-export.xlsx"])
def test_all_columns_of_the_case_files_are_recognised(name: str) -> None:
    found, draft = first((CASES / name).read_bytes())
    assert draft.profile.columns == profile().columns
    assert (found.rows, draft.asked) == (115, ())


SYSTEMS: dict[str, tuple[Callable[[], bytes], str]] = {
    "month first": (exports.month_first, "month-first"),
    "two lines of headings": (exports.two_headings, "year-first"),
    "merged cells": (exports.merged, "year-first"),
    "sixty columns": (exports.sixty_columns, "day-first"),
    "cut short": (exports.cut_short, "year-first"),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_export_of_another_system_gives_the_same_list(system: str) -> None:
    made, order = SYSTEMS[system]
    file = made()
    _, draft = first(file)
    assert (draft.asked, draft.profile.dates) == ((), order)
    by = with_values(
        draft.profile,
        service_area={"côte sud": "SC"},
        performance_band={"unbanded": "unbanded"},
        law_type={"private - work after first hearing": "wafh", "private - work to first hearing": "wtfh"},
    )
    reading = read(file, by)
    assert (reading.groups, reading.sha256) == ([], FRAME)
    assert profile_of(by.body, KIND).sha256 == by.sha256


@pytest.mark.parametrize("seed", range(8))
def test_rows_and_columns_in_any_order_give_the_same_list(seed: int) -> None:
    chance = random.Random(seed)
    with (CASES / "cms-export.csv").open(encoding="utf-8-sig") as file:
        head, *rows = list(csv.reader(file, delimiter=";"))[1:]
    places = list(range(len(head)))
    chance.shuffle(places)
    chance.shuffle(rows)
    lines = [[row[at] for at in places] for row in [head, *rows]]
    again = chance.choices(lines[1:], k=seed)
    reading = read(as_csv([*lines, *again], chance.choice(",;\t|")), profile())
    assert reading.sha256 == FRAME
    assert reading.mapped is not None
    assert reading.rows + sum(reading.mapped.left_out.values()) == reading.mapped.rows == 115 + seed


def test_a_later_list_of_words_changes_nothing() -> None:
    words = replace(KIND, fields=[replace(one, words={}, headings=()) for one in KIND.fields])
    with (CASES / "cms-export.csv").open("rb") as file:
        assert read_mapped(file, profile(), words, ALLOWED).sha256 == FRAME


def test_a_mapping_is_read_as_it_was_kept() -> None:
    text = (CASES / "cms-export.profile.json").read_text(encoding="utf-8")
    assert read_profile(text, KIND).body == profile().body
