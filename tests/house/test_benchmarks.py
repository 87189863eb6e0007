"""The table of `make bench`: every row is well formed, and ratios, goals and what is met are worked out rightly."""

import re
import sys
from collections import Counter
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NoReturn

import pytest

from benchmarks.__main__ import MARK, TABLE, chosen, measured
from benchmarks.alone import TOOK, worked
from benchmarks.bench import Bench, MissingError
from benchmarks.rows import ROWS
from benchmarks.table import HEAD, Contest, Found, Goal, Measure, NotMeasured, Pair, Round, Row, summed_up

QUICK_RATIO = Goal(Measure.CPU, 8)
FEW_STATEMENTS = Goal(Measure.STATEMENTS, 12, itself=True)
MORE_SAVES = Goal(Measure.SAVES, 1.4, least=True)


def contest(*rounds: Round) -> Contest:
    return lambda _bench: lambda number: rounds[number]


def row(*goals: Goal, of: Contest | None = None) -> Row:
    return Row("a page", "bare page", of or contest(), goals)


def missing(_bench: Bench) -> NoReturn:
    raise MissingError("not measured: there is no PostgreSQL")


def failing(_bench: Bench) -> NoReturn:
    raise RuntimeError("a server did not start")


@pytest.mark.parametrize("of", ROWS, ids=lambda of: of.path)
def test_every_row_is_well_formed(of: Row) -> None:
    assert of.path
    assert of.ceiling
    assert not set("|\n") & set(of.path + of.ceiling)
    assert callable(of.contest)
    assert of.goals
    assert all(goal.limit > 0 for goal in of.goals)
    assert len({goal.measure for goal in of.goals}) == len(of.goals)


def test_no_two_rows_are_called_alike() -> None:
    assert [path for path, count in Counter(of.path for of in ROWS).items() if count > 1] == []


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    rounds: list[Round] = [{Measure.CPU: Pair(*pair)} for pair in ((10, 1), (30, 2), (8, 2))]
    found = Found.of(row(QUICK_RATIO), QUICK_RATIO, rounds)
    assert found.ratio
    assert (found.ours.middle, found.ceiling and found.ceiling.middle) == (10, 2)
    assert (found.ratio.low, found.ratio.middle, found.ratio.high) == (4, 10, 15)
    assert not found.met
    assert str(found) == "| a page | bare page | CPU, ms | 10 (8–30) | 2 (1–2) | 10 (4–15) | ≤ 8 | **not met** |"


@pytest.mark.parametrize(
    ("goal", "pair", "met", "said"),
    [
        (QUICK_RATIO, Pair(8, 1), True, "≤ 8"),
        (QUICK_RATIO, Pair(8.1, 1), False, "≤ 8"),
        (FEW_STATEMENTS, Pair(12), True, "≤ 12"),
        (FEW_STATEMENTS, Pair(13), False, "≤ 12"),
        (Goal(Measure.ADDED, 100, itself=True), Pair(94, 300), True, "≤ 100 MB"),
        (Goal(Measure.CPU_OF_ALL, 0.3, itself=True), Pair(2.1, 0.02), False, "≤ 0.3 s"),
        (MORE_SAVES, Pair(140, 100), True, "≥ 1.4"),
        (MORE_SAVES, Pair(139, 100), False, "≥ 1.4"),
    ],
)
def test_a_goal_is_met_up_to_its_limit(goal: Goal, pair: Pair, met: bool, said: str) -> None:
    assert Found.of(row(goal), goal, [{goal.measure: pair}]).met is met
    assert str(goal) == said


def test_a_goal_of_a_ratio_needs_a_ceiling() -> None:
    found = Found.of(row(QUICK_RATIO), QUICK_RATIO, [{Measure.CPU: Pair(3)}])
    with pytest.raises(ValueError, match=r"a page has no CPU, ms of a ceiling"):
        _ = found.met


def test_a_row_that_cannot_be_measured_says_so_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    both = contest({Measure.CPU: Pair(9, 1), Measure.STATEMENTS: Pair(3)})
    rows = [row(QUICK_RATIO, of=of) for of in (missing, failing)] + [row(QUICK_RATIO, FEW_STATEMENTS, of=both)]
    found = [line for of in rows for line in measured(Bench(quick=True), of, 1)]
    assert [type(line) for line in found] == [NotMeasured, NotMeasured, Found, Found]
    assert "there is no PostgreSQL" in str(found[0])
    assert "a server did not start" in capsys.readouterr().err
    assert list(summed_up(found)) == [
        "1 of 2 goals that were measured are met.",
        "Not met:",
        "- a page: CPU, ratio 9 (≤ 8)",
        "Not measured: a page.",
    ]
    cells = {line.replace("\\|", "").count("|") for line in [*HEAD, *map(str, found)]}
    assert len(cells) == 1


def test_what_a_contestant_prints_besides_is_not_taken_for_what_it_took() -> None:
    program = f"for seconds in open(0): print('{{}}'); print({TOOK!r} + '{{\"cpu\": %s}}' % float(seconds), flush=True)"
    with Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert [worked(process, seconds)["cpu"] for seconds in (1, 0.3)] == [1, 0.3]


def test_rows_are_chosen_by_words_and_by_what_is_quick() -> None:
    assert chosen(ROWS, [], quick=False) == list(ROWS)
    assert all(of.quick for of in chosen(ROWS, [], quick=True))
    assert {of.path.split(",")[0] for of in chosen(ROWS, ["YOUR work", "case page"], quick=True)} == {
        "your work",
        "case page",
    }


def test_the_page_has_the_table_of_a_run() -> None:
    _, mark, table = TABLE.read_text(encoding="utf-8").partition(MARK)
    assert mark
    assert HEAD[0] in table
    assert re.search(r"goals that were measured are met\.$", table, re.MULTILINE)


def test_nothing_else_is_written_about_benchmarks() -> None:
    assert [path.name for path in Path(TABLE.parent).glob("*bench*")] == [TABLE.name]
