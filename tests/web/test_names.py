"""Names are noticed by a list of given names, and by what stands beside them; it warns and never refuses."""

from pathlib import Path
from time import perf_counter

import pytest

from app.web.personal import _given_names, personal_details, warning

NAMES = Path(__file__).parents[1] / "data" / "names"
FILE = Path(__file__).parents[2] / "app" / "data" / "given-names.txt"
NAME = "the name of a person"


def sentences(which: str) -> list[str]:
    return (NAMES / f"{which}.txt").read_text(encoding="utf-8").splitlines()


def test_sentences_with_and_without_a_name() -> None:
    named, unnamed = sentences("with"), sentences("without")
    assert len(named) >= 20
    assert len(unnamed) >= 27
    noticed = [s for s in named if NAME in personal_details(s)]
    flagged = [s for s in unnamed if NAME in personal_details(s)]
    assert len(noticed) * 20 >= len(named) * 16, set(named) - set(noticed)
    assert len(flagged) <= 1, flagged


def test_the_list_says_where_it_is_from() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert FILE.stat().st_size <= 300_000
    head = " ".join(text[: text.index("\nA")].replace("#", "").split())
    assert "Social Security Administration" in head
    assert "Open Government Licence v3.0" in head


def test_no_word_of_the_product_is_flagged() -> None:
    folder = Path(__file__).parents[2] / "app" / "data" / "thresholds"
    for path in folder.glob("*.yaml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert NAME not in personal_details(line), line


def test_a_long_text_is_looked_at_quickly() -> None:
    _given_names()
    text = ("Case plan, 12 September, paragraph 4. The Section 7 report of October says what she told him. " * 45)[
        :4000
    ]
    personal_details("Begun.")
    began = perf_counter()
    personal_details(text)
    assert perf_counter() - began < 0.2


@pytest.mark.parametrize("text", ["Joanna told him.", "the mother, Xquzlova, said"])
def test_it_warns(text: str) -> None:
    assert "looks like the name of a person" in (warning("The evidence", text) or "")
