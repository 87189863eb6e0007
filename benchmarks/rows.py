"""Every row of the table: a path through the product, what it is measured against, how, and its goals."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.alone import against, frame_file, kept, run_folder
from benchmarks.served.at_once import at_once, pages, saves
from benchmarks.served.pages import page
from benchmarks.served.processes import two_processes
from benchmarks.served.starting import first_answer, help_of_command
from benchmarks.table import Contest, Goal, Measure, Row

BARE, LIVE, PUBLISHED = "bare page", "/audits/NA-DEMO", "/reports/NA-2014-11"
STATEMENTS = Goal(Measure.STATEMENTS, 12, itself=True)


def _page(path: str, contest: Contest, cpu: float) -> Row:
    return Row(path, BARE, contest, (Goal(Measure.CPU, cpu), STATEMENTS))


def _work(path: str, ceiling: str, contest: Contest, limit: float, *, quick: bool = True) -> Row:
    return Row(path, ceiling, contest, (Goal(Measure.CPU_OF_ALL, limit),), quick)


PAGES = (
    _page("your work, manager with some 60 cases", page("/", "manager"), 8),
    _page("your work, lead, 14 more challenges open", page("/", "lead"), 8),
    _page("your work, director, 14 more challenges open", page("/", "director"), 8),
    _page("list of cases", page(f"{LIVE}/cases", "lead"), 6),
    _page("case page, challenged and decided", page("/cases/{case}", "lead"), 8),
    _page("audit home", page(LIVE, "lead"), 8),
    _page("progress", page(f"{LIVE}/progress", "lead"), 8),
    _page("second grades (benchmarks)", page(f"{LIVE}/benchmarks", "lead"), 8),
    _page("published report, whole", page(PUBLISHED, "lead"), 5),
    _page("published report, unchanged (304)", page(PUBLISHED, "lead", unchanged=True), 2),
)
# An audit of 20,000 cases with some 500 challenges open, and a head of every area: within twice the goals.
LARGE = tuple(
    replace(_page(f"{name}, 20,000 cases", page(path, by, large=True), 2 * goal), quick=False)
    for name, path, by, goal in (
        ("your work, lead", "/", "lead", 8),
        ("your work, director", "/", "director", 8),
        ("your work, head of every area", "/", "head.a10", 8),
        ("list of cases", f"{LIVE}/cases", "lead", 6),
        ("case page", "/cases/{case}", "lead", 8),
        ("audit home", LIVE, "lead", 8),
        ("progress", f"{LIVE}/progress", "lead", 8),
        ("second grades", f"{LIVE}/benchmarks", "lead", 8),
    )
)
AT_ONCE = (
    Row(
        "grading page, 64 at once",
        "bare page in a thread",
        at_once(pages),
        (Goal(Measure.P95, 1.6), Goal(Measure.CPU, 1.6)),
    ),
    Row("save, 64 at once", "bare locked commit", at_once(saves), (Goal(Measure.P95, 1.1), Goal(Measure.CPU, 1.2))),
    Row("saves at two processes, PostgreSQL", "one process", two_processes, (Goal(Measure.SAVES, 1.4, least=True),)),
)
LISTS = (
    Row(
        "import of a frame, 1,000,000 filings",
        "polars and sqlite3, nothing checked",
        against("ours:import_frame", "peers:bulk_insert", frame_file, same="rows", fresh=True),
        (Goal(Measure.CPU_OF_ALL, 1.1), Goal(Measure.ADDED, 100, itself=True)),
        quick=False,
    ),
    _work(
        "frame to sample, 1,000,000 filings",
        "polars, nothing checked",
        against("ours:sample", "peers:polars_sample", frame_file, same="frame_sha256", fresh=True),
        4,
        quick=False,
    ),
    *(
        _work(
            f"draw of {people:,} practitioners",
            "samplics",
            against("ours:draw", "peers:samplics_draw", people, areas),
            1.0,
            quick=people < 1_000_000,  # noqa: PLR2004 - what takes a moment
        )
        for people, areas in ((1_200, 18), (100_000, 200), (1_000_000, 500))
    ),
)
REPORT = (
    _work(
        "counts of 577 cases",
        "six GROUP BYs",
        against("ours:counts", "ours:six_group_bys", 577, kept, same="good", fresh=True),
        3,
    ),
    *(
        _work(
            f"counts of {cases:,} cases",
            "DuckDB on the same file",
            against("ours:counts", "peers:duckdb_cube", cases, kept, same="good", fresh=True),
            limit,
            quick=cases < 1_000_000,  # noqa: PLR2004 - what takes a moment
        )
        for cases, limit in ((10_000, 1.2), (1_000_000, 2))
    ),
    _work(
        "PDF of 17 pages, pictures drawn",
        "Typst alone",
        against("files:pdf", "files:typst_alone", run_folder, fresh=True),
        1.2,
    ),
    _work("Word file of 20 tables", "python-docx", against("files:word", "files:bare_word"), 1.0),
)
STARTING = (
    Row(
        "casework-audit --help",
        "Python that does nothing",
        help_of_command,
        (Goal(Measure.CPU_OF_ALL, 0.3, itself=True),),
    ),
    Row(
        "start to a first answer",
        "bare application",
        first_answer,
        (Goal(Measure.CPU_OF_ALL, 1.5), Goal(Measure.IDLE, 120, itself=True), Goal(Measure.PICTURED, 180, itself=True)),
    ),
)
ROWS: Sequence[Row] = (*PAGES, *LARGE, *AT_ONCE, *LISTS, *REPORT, *STARTING)
