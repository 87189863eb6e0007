"""The rules of a mapping: each row once, practitioners with several values, filings twice, days, and bad mappings."""

import io
import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.mapping.profile import LATEST, LEAVE_OUT, REFUSE, Profile, Unreadable, profile_of, read_profile, slug
from app.mapping.ways import NUMBERS, Way, meanings, moved_by_zone, without_time, written
from app.sampling.mapping.applying import read_mapped
from app.sampling.mapping.draft import drafted, proposed
from app.sampling.mapping.survey import survey
from app.sampling.population import frame_sha256
from app.sampling.reading import FrameReading
from tests.sampling.mapping.exports import ALLOWED, as_csv, kind_of, profile, with_values

KIND = kind_of()
HEAD = ["Case No", "Worker ID", "Team / Area", "Case type", "Date filed", "Document", "Perf Band", "Contract"]


def row(
    case: str, who: str = "P1", area: str = "Greater North", day: str = "02/09/2026", band: str = "Meets", **more: str
) -> list[str]:
    law, kind, contract = (
        more.get("law", "Public Law"),
        more.get("kind", "Final analysis"),
        more.get("contract", "Perm"),
    )
    return [case, who, area, law, day, kind, band, contract]


def read(rows: list[list[str]], by: Profile | None = None, head: list[str] | None = None) -> FrameReading:
    return read_mapped(io.BytesIO(as_csv([head or HEAD, *rows])), by or profile(), KIND, ALLOWED)


def left(reading: FrameReading) -> dict[str, int]:
    assert reading.mapped is not None
    return dict(reading.mapped.left_out)


def opens(reading: FrameReading) -> list[tuple[str, str, str, int]]:
    assert reading.mapped is not None
    return [(one.what, one.field, one.shown, one.rows) for one in reading.mapped.opens]


ELSEWHERE = [row("C1"), row("C2", area="South Coast", day="09/09/2026"), row("C3", "P2", day="03/09/2026")]


def test_the_area_of_the_latest_filing_counts_in_every_row() -> None:
    reading = read(ELSEWHERE)
    assert reading.counts["service_area"] == {"SC": 1, "GN": 1}
    assert {f.service_area for f in reading.filings() if f.practitioner_id == "P1"} == {"SC"}
    assert reading.sha256 == frame_sha256(reading.filings())
    assert reading.mapped is not None
    assert (reading.mapped.changed, reading.mapped.changed_people) == ({"service_area": 1}, ["P1"])
    assert "W-LATEST" in {w.kind for w in reading.warnings}


@pytest.mark.parametrize(
    ("rule", "tie", "kept", "said", "waits"),
    [
        (LEAVE_OUT, None, 1, {"several:service_area": 2}, []),
        (REFUSE, None, 1, {}, [("several", "service_area", "", 2)]),
        (LATEST, None, 1, {}, [("tie", "service_area", "", 2)]),
        (LATEST, LEAVE_OUT, 1, {"several:service_area": 2}, []),
    ],
)
def test_two_areas_of_a_practitioner_follow_the_rule(
    rule: str, tie: str | None, kept: int, said: dict[str, int], waits: list[Any]
) -> None:
    # Where the latest counts, both areas are of the latest day.
    rows = [row("C1", day="09/09/2026"), *ELSEWHERE[1:]]
    by = replace(profile(), several={"service_area": rule}, ties={"service_area": tie} if tie else {})
    reading = read(rows, by)
    assert (reading.rows, left(reading), opens(reading)) == (kept, said, waits)
    assert bool(reading.problems) == bool(waits)


def test_a_filing_that_is_there_twice_is_kept_once() -> None:
    rows = [
        row("C1"),
        row("C1"),
        row("C1", kind="Position statement"),
        row("C1", "P2"),
        row("C1", law="Private law - WAFH"),
    ]
    reading = read(rows)
    assert (reading.rows, left(reading)) == (3, {"repeated": 2})
    assert "W-CASE-SHARED" in {w.kind for w in reading.warnings}
    refused = read(rows, replace(profile(), repeated=REFUSE))
    assert opens(refused) == [("repeated", "case_ref", "", 2)]


def test_each_row_is_counted_once_under_the_first_reason() -> None:
    rows = [
        row("C1"),
        row("C2", law="Rule 16.4", day="01/01/2026"),
        row("C3", day="01/01/2026"),
        row("C4", day="01/01/2026", band="Splendid"),
        row("C5", band="Splendid"),
        row("C6", law="Rule 16.4", band="Splendid"),
        ["Printed on Monday", *[""] * 7],
        ["Total", "7", *[""] * 6],
        [""] * 8,
    ]
    reading = read(rows)
    assert left(reading) == {"law_type:rule 16.4": 2, "no_data": 2, "outside_window": 2}
    assert opens(reading) == [("value", "performance_band", "Splendid", 1)]
    assert (reading.rows, reading.mapped and reading.mapped.rows) == (1, 8)


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_any_file_add_up_and_any_order_gives_the_same(seed: int) -> None:
    chance = random.Random(seed)
    pick = chance.choice
    rows = [
        row(
            f"C{chance.randrange(30)}",
            f"P{chance.randrange(8)}",
            pick(["Greater North", "South Coast", "Nowhere", "greater north "])
            if chance.random() < 0.5
            else "KENT & MEDWAY",
            pick(["02/09/2026", "30/10/2026 9:15", "2026-10-31T23:59:00Z", "01/11/2026", "31.8.2026"]),
            pick(["Meets", "Exceeds", "", "meets"]) if chance.random() < 0.3 else "Meets",
            law=pick(["Public Law", "Rule 16.4", "Private law - WAFH"]),
        )
        for _ in range(60)
    ]
    values: dict[str, str | None] = {"nowhere": pick([None, "NW"])}
    several = {name: pick([LATEST, LEAVE_OUT]) for name in ("service_area", "performance_band")}
    by = replace(with_values(profile(), service_area=values), several=several, ties=dict.fromkeys(several, LEAVE_OUT))
    reading = read(rows, by)
    assert opens(reading) == []
    assert reading.rows + sum(left(reading).values()) == 60
    kept = list(reading.filings())
    if not kept:
        assert [p.code for p in reading.problems] == ["E-EMPTY"]
        return
    assert reading.sha256 == frame_sha256(kept)
    for name in ("service_area", "performance_band", "employment"):
        assert len({(f.practitioner_id, getattr(f, name)) for f in kept}) == reading.practitioners
    assert max(Counter((f.case_ref, f.practitioner_id, f.law_type, f.filed_on) for f in kept).values()) == 1
    chance.shuffle(rows)
    again = read(rows, by)
    assert (again.sha256, left(again)) == (reading.sha256, left(reading))
    drawn = read_mapped(io.BytesIO(as_csv([HEAD, *rows])), by, KIND, ALLOWED, to_draw=True)
    assert (drawn.sha256, drawn.strata, len(drawn.population)) == (again.sha256, again.strata, again.practitioners)


def test_nothing_left_says_why() -> None:
    reading = read([row("C1", day="01/01/2026"), row("C2", day="02/01/2026")])
    assert reading.problems[0].wrong == "All 2 rows are outside the window. Is the window right?"


def test_a_column_that_is_missing_is_named() -> None:
    reading = read([row("C1")], head=["Case No", "Staff", *HEAD[2:]])
    assert "no column ‘Worker ID’" in reading.problems[0].wrong
    assert opens(reading)[0][:2] == ("column", "practitioner_id")


def test_values_far_too_many_ask_whether_it_is_the_right_column() -> None:
    reading = read([row(f"C{n}", f"P{n}", band=f"B{n}") for n in range(300)])
    assert reading.mapped is not None
    assert [(o.what, o.field) for o in reading.mapped.opens] == [("column", "performance_band")]
    assert "right column" in reading.mapped.opens[0].why


def test_identifiers_that_cannot_be_are_for_a_person_to_decide() -> None:
    rows = [row("C1"), row("2.01E+11", "P2"), row("C3", ""), row("C4", "#N/A")]
    reading = read(rows)
    assert {(o[1], o[2]) for o in opens(reading)} == {
        ("case_ref", "2.01E+11"),
        ("practitioner_id", ""),
        ("practitioner_id", "#N/A"),
    }
    by = with_values(profile(), case_ref={"2.01e+11": None}, practitioner_id={"": None, "#n/a": None})
    assert (read(rows, by).rows, sum(left(read(rows, by)).values())) == (1, 3)


DAYS = {
    "25/10/2026": date(2026, 10, 25),
    "25-10-2026": date(2026, 10, 25),
    "2026-10-25": date(2026, 10, 25),
    "2026/10/25": date(2026, 10, 25),
    "25.10.2026": date(2026, 10, 25),
    "5 Oct 2026": date(2026, 10, 5),
    "Mon 5th October 2026": date(2026, 10, 5),
    "October 5, 2026": date(2026, 10, 5),
    "05-Oct-26": date(2026, 10, 5),
    "05/10/26": date(2026, 10, 5),
    "31/02/2026": None,
    "tbc": None,
    "45952": None,
}


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read_in_each_way_of_writing_it(text: str) -> None:
    assert Way(short_years=True).read(text) == DAYS[text]


def test_times_and_zones_are_taken_off() -> None:
    for text in ("25/10/2026 12:10", "25/10/2026 12:10:05 PM", "25/10/2026T12:10:00.123+01:00", "25/10/2026, 9:15 am"):
        assert without_time(text)[0] == "25/10/2026"
    assert moved_by_zone("2026-08-31T23:30:00Z") is not None
    assert [
        moved_by_zone(t) and getattr(moved_by_zone(t), "days", 0) for t in ("2026-08-31 23:30 Z", "2026-08-31 22:30")
    ] == [
        1,
        None,
    ]


def test_a_row_at_the_edge_of_the_window_is_told() -> None:
    reading = read([row("C1", day="2026-08-31T23:30:00Z"), row("C2", day="2026-10-30T10:00:00Z")])
    assert left(reading) == {"outside_window": 1}
    assert any(w.kind == "W-ZONE" and w.examples == ("1 rows",) for w in reading.warnings)


@pytest.mark.parametrize(
    ("days", "order", "asked"),
    [
        (["25/10/2026", "03/04/2026"], "day-first", ""),
        (["10/25/2026", "03/04/2026"], "month-first", ""),
        (["03/04/2026", "05/06/2026"], "day-first", "order"),
        (["03/03/2026", "05/05/2026"], "day-first", ""),
        (["2026-03-04", "2026-05-06"], "year-first", ""),
        (["25/10/2026", "13/04/2026", "10/25/2026"], "day-first", ""),
        (["45952", "25/10/2026"], "day-first", "numbers"),
        (["10/11/12", "10/11/13"], "day-first", "order"),
    ],
)
def test_the_column_decides_how_days_are_written(days: list[str], order: str, asked: str) -> None:
    found = written(Counter(days))
    assert (found.way.order, found.asked) == (order, asked)


def test_dates_that_fit_two_ways_are_asked_with_a_row_written_out() -> None:
    file = io.BytesIO(as_csv([HEAD, row("C1", day="03/09/2026"), row("C2", "P2", day="04/10/2026")]))
    found = survey(file, KIND, largest=None)
    draft = drafted(found, KIND, "x")
    assert [one.what for one in draft.asked] == ["order"]
    assert draft.asked[0].why.startswith("03/09/2026 can be 3 September 2026 or 9 March 2026")
    file.seek(0)
    assert read_mapped(file, draft.profile, KIND, ALLOWED, asked=draft.asked).total_problems == 1


def test_a_bare_number_is_asked_never_guessed() -> None:
    rows = [row("C1", day="46267"), row("C2", "P2", day="46268")]
    assert opens(read(rows)) == [("numbers", "filed_on", "46267", 2)]
    assert meanings("46267") == {"1900": date(2026, 9, 2), "1904": date(2030, 9, 3)}
    assert set(meanings("20261025")) == {"yyyymmdd"} <= set(NUMBERS)
    assert read(rows, replace(profile(), numbers="1900")).rows == 2


def test_an_area_gets_a_code_that_nobody_has() -> None:
    assert [proposed(n, {"KM"}) for n in ("Kent & Medway", "A12", "Cornwall", "St. Mary 4")] == [
        "KM2",
        "A12",
        "COR",
        "SM4",
    ]


def test_names_for_the_command_line() -> None:
    assert [slug(n) for n in ("Case system export", " Gwên/2 ", "---")] == ["case-system-export", "gwen-2", "mapping"]


def body(**other: Any) -> dict[str, Any]:
    return {**profile().body, **other}


BAD = {
    "another schema": body(schema="mapping/2"),
    "another kind": body(kind="people"),
    "an unknown entry": body(surprise=1),
    "one column twice": body(columns={**profile().columns, "employment": "case no"}),
    "an unknown field": body(columns={**profile().columns, "shoe_size": "Link"}),
    "an unknown order": body(dates="backwards"),
    "an unknown rule": body(several={"service_area": "guess"}),
    "a changed identifier": body(values={"case_ref": {"a": "b"}}),
    "a layout of its own": body(file={"colour": "red"}),
    "values that are none": body(values={"law_type": {"public law": 1}}),
    "no mapping": [],
    "half of it": {"schema": "mapping/1", "kind": "filings"},
    "numbers where texts are": body(name=7),
}


@pytest.mark.parametrize("what", BAD)
def test_a_mapping_that_is_none_is_refused(what: str) -> None:
    with pytest.raises(Unreadable, match=r"\.$"):
        read_profile(json.dumps(BAD[what]), KIND)


def test_what_a_person_said_is_in_the_hash() -> None:
    more = replace(profile(), absent={"employment": "employed"}, short_years=True, numbers="1904", file={"heading": 3})
    assert profile_of(more.body, KIND) == more
    assert len({p.sha256 for p in (profile(), more, replace(more, numbers=""))}) == 3
