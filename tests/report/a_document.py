"""Documents to make files of: November 2014 with its 18 areas, and one in which everything is hostile."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from app.documents import Block, Cell, Column, Document, Kind, Picture, Prose, Row, Section, Sentences, Table
from app.pictures import COLOURS, FONT
from tests.world import ROOT

GRADES = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))
HOSTILE = (
    '#read("report.typ")',
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "$x$ *b* _i_ `c` ]]>&amp;",
    "x" * 400,
    "😀 日本 \u202e \x07",
    "$",
    "",
)
PROSE = """The audit found **steady** work, and *some* that was not.

- Children were seen
- Plans were [shared](https://example.org/plans)
  1. with families
  2. with the court

> We were listened to.

<script>alert(1)</script>"""


@cache
def figures() -> Mapping[str, Any]:
    """Return the figures of November 2014."""
    return dict(json.loads((ROOT / "app" / "data" / "november-2014" / "figures.json").read_text(encoding="utf-8")))


def areas_table() -> Table:
    """Return the grades by area."""
    columns = [
        Column("Service area", Kind.WORDS),
        Column("Cases"),
        *(c for _, label in GRADES for c in (Column(label), Column(f"% {label}", Kind.PERCENT))),
    ]
    areas = [(area, figures()["service_area"][area]) for area in figures()["service_area_order"]]
    rows = [_row(name, of, total=False) for name, of in areas]
    notes = ("Base: cases of the area. Percentages may not add up because of rounding.",)
    return Table(
        "figure-3",
        "Figure 3. Grades by service area",
        columns,
        [*rows, _row("All areas", figures()["overall"], total=True)],
        notes,
    )


def _row(name: str, of: Mapping[str, Any], *, total: bool) -> Row:
    shares: Sequence[Cell] = [n for code, _ in GRADES for n in (of[code]["count"], of[code]["percent"])]
    return Row([name, of["total"], *shares], total)


def wide_table() -> Table:
    """Return a table of 14 columns, with marks in it."""
    laws = ("PUBLIC", "WAFH", "WTFH")
    columns = [
        Column("Service area", Kind.WORDS),
        Column("Cases"),
        *(Column(f"{law}: {label}") for law in laws for _, label in GRADES),
    ]
    columns += [Column("Share", Kind.PERCENT), Column("Kappa", Kind.NUMBER), Column("Remark", Kind.WORDS)]
    rows = []
    for area in figures()["service_area_order"]:
        by_law, total = figures()["area_by_law_type"][area], figures()["service_area"][area]["total"]
        counts: list[Cell] = [
            "[c]" if 0 < (n := by_law[law][code]["count"]) < 3 else n for law in laws for code, _ in GRADES
        ]
        rows.append(Row([area, total, *counts, 100, 0.5, "[z]"]))
    return Table("figure-7", "Figure 7. Grades by service area and law type", columns, rows)


def picture(code: str, table: str = "figure-3") -> Picture:
    """Return a picture of the shares of the best grade."""
    values = [
        {"area": area, "share": figures()["service_area"][area]["good"]["percent"]}
        for area in figures()["service_area_order"]
    ]
    spec: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "width": 480,
        "height": {"step": 22},
        "mark": {"type": "bar", "color": COLOURS[0]},
        "config": {"font": FONT, "background": "white"},
        "encoding": {
            "y": {"field": "area", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "share", "type": "quantitative", "title": "% Good"},
        },
    }
    return Picture(
        code,
        "Most areas graded over half of their cases Good",
        "Bars of the share of Good in each area.",
        spec,
        {**spec, "width": 190},
        table,
    )


def document(parts: int = 1) -> Document:
    """Return a report of November 2014; `parts` repeats its areas so that it gets long."""
    blocks: Sequence[Block] = (Sentences(("577 cases were audited.",)), picture("areas"), areas_table())
    sections = [
        Section(
            "overall",
            "Overall",
            (Sentences(("49% of cases were graded Good.", "A second sentence follows.")), Prose("overall", PROSE)),
        ),
        *(
            Section(
                f"areas-{n}",
                "Service areas",
                _numbered(blocks, n),
                (Section(f"law-{n}", "By law type", _numbered([wide_table()], n)),),
            )
            for n in range(parts)
        ),
    ]
    facts = (
        ("Work filed", "1 to 30 November 2014"),
        ("Threshold document", "National casework, version 2014-10"),
        ("Edition", "Internal"),
    )
    return Document(
        "NA-2014-11",
        "National audit of casework",
        "Report of the audit NA-2014-11",
        facts,
        "NA-2014-11 final 3f9a2c117b60",
        sections,
        "Official-sensitive",
    )


def _numbered(blocks: Sequence[Block], n: int) -> Sequence[Block]:
    """Return blocks with codes of their own."""
    named: list[Block] = []
    for block in blocks:
        match block:
            case Table():
                named.append(
                    Table(f"{block.code}-{n}" if n else block.code, block.title, block.columns, block.rows, block.notes)
                )
            case Picture():
                named.append(
                    Picture(
                        f"{block.code}-{n}" if n else block.code,
                        block.title,
                        block.alternative,
                        block.wide,
                        block.narrow,
                        block.table,
                    )
                )
            case _:
                named.append(block)
    return named


def hostile() -> Document:
    """Return a document in which every text is hostile, one table is empty, and names of tables collide."""
    columns = [Column(text, Kind.WORDS) for text in (*HOSTILE, *HOSTILE[:2])]
    long = Table(
        "a/b:c*d?" * 4, HOSTILE[0], columns, [Row([text or "[x]" for text in (*HOSTILE, *HOSTILE[:2])])], HOSTILE
    )
    empty = Table("A/B:C*D?" * 4, HOSTILE[1], [Column(HOSTILE[1], Kind.WORDS), Column("Cases")], ())
    prose = Prose(
        "box",
        "\n\n".join(
            (
                *HOSTILE,
                "[a]()",
                "[b](javascript:alert(1))",
                "![x](http://example.org/x.png)",
                "- \n\n1. one\n   - two",
                "# no heading",
            )
        ),
    )
    sections = [Section(f"s{n}", text, (Sentences((text,)), Sentences(()))) for n, text in enumerate(HOSTILE) if text]
    blocks = (
        long,
        empty,
        prose,
        Sentences(HOSTILE),
        Picture("p", HOSTILE[3], HOSTILE[3], picture("p").wide, picture("p").narrow, ""),
    )
    return Document(
        "X",
        HOSTILE[3],
        HOSTILE[0],
        [(text, text) for text in HOSTILE],
        HOSTILE[1],
        [*sections, Section("all", "All", blocks)],
        HOSTILE[7],
    )
