"""The draw against the vectors of the specification (sampling.md sections 3, 5 and 7)."""

import csv
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from app.sampling.draw import BALANCE, Configuration, configuration_of, draw, ticket
from app.sampling.population import Filing, frame_sha256, population_of
from app.sampling.receipt import Locked, Seed, receipt

DATA = Path(__file__).parents[2] / "app" / "data"
SEED = "20141105-4815926370"


def mini() -> list[Filing]:
    with (DATA / "sampling" / "mini.csv").open(encoding="utf-8") as file:
        return [Filing(**row) for row in csv.DictReader(file)]


def november() -> list[Filing]:
    with (DATA / "november-2014" / "frame.csv").open(encoding="utf-8") as file:
        return [
            Filing(
                r["case_id"],
                r["practitioner_id"],
                r["service_area"],
                r["law_type"].lower(),
                r["performance_band"],
                r["employment"],
                r["filing_date"],
            )
            for r in csv.DictReader(file)
        ]


@cache
def made(*options: str) -> list[Filing]:
    """Return a frame that nobody has seen; nobody changes it either, so that each kind is made once."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "frame.csv"
        subprocess.run(
            [sys.executable, Path(__file__).parent / "make_frame.py", *options, "--out", out],
            check=True,
            capture_output=True,
        )
        with out.open(encoding="utf-8") as file:
            return [Filing(**row) for row in csv.DictReader(file)]


def configuration(filings: list[Filing], **changes: object) -> Configuration:
    of = configuration_of(
        {f.service_area for f in filings},
        {f.law_type for f in filings},
        {f.performance_band for f in filings},
        ("agency", "employed"),
        ("2014-09-01", "2014-10-31"),
    )
    return replace(of, **changes)  # type: ignore[arg-type]


def test_the_hashes_of_the_worked_example() -> None:
    assert frame_sha256(mini()) == "036e939b898c6f3192e664816d8f803658b04a0258182352382ff1e22faf0239"
    assert configuration(mini()).sha256 == "4b986fbc0e0715c7598f4829df63da29747e0877c42f2466e2209c14316a2053"


@pytest.mark.parametrize(
    ("seed", "kind", "label", "expected"),
    [
        ("314159-dice", "practitioner", "P1", "3661454d13c7c21a227a02a19c6955b964cc790f3b383ad3990474430854c3e3"),
        ("314159-dice", "practitioner", "P2", "b89023779fb177d641f131a8787911523dc758c16b65de72b06f592ae5aab6ad"),
        ("314159-dice", "case", "C08", "12c78c69ee5c6b8981549493c9540f56c9e916ea8035bc69ff0a84f4d4b13d82"),
        ("314159-dice", "arc", "area\tNorth", "e25a9a2e3d911830b947772f30e819cbb876ef437e84b26ed38e61b0e4670a25"),
        ("314159-dice", "signs", "2.0.0", "09c3caad2b2d0f013173c78e950801819a215b859372d2a622548e9bbd52d6c1"),
        (SEED, "practitioner", "P000882", "866e0bd456b18d17abd83347792996934430fb58efce5af291b9b98d2b9cc74f"),
        ("ünï 🎲", "practitioner", "Zoë", "e072335f71036077c6cca57bb24c9c3bf5451672b37761025755fbcfb7bae040"),
    ],
)
def test_tickets(seed: str, kind: str, label: str, expected: str) -> None:
    assert ticket(seed, kind, label).hex() == expected


def test_the_worked_example_is_drawn_as_written() -> None:
    result = draw(population_of(mini()), seed="314159-dice", configuration=configuration(mini()))
    drawn = [(d.filing.practitioner_id, d.filing.case_ref, d.filing.law_type) for d in result.drawn]
    assert drawn == [("P1", "C02", "public"), ("P4", "C06", "wafh"), ("P6", "C09", "public"), ("P8", "C12", "wafh")]
    assert result.stages == ((2, 1, 1, 0), (1, 3, 64, 444))
    assert result.selection_sha256 == "60136d37ea9397710b2bd4825a16e28376e001215732bfc58c7bbdf60f4bdcb1"


@pytest.mark.parametrize(
    ("options", "seed", "changes", "count", "expected"),
    [
        (
            "mini",
            "314159-dice",
            {"law_rule": "latest"},
            5,
            "327224b7325a3868c46e6c32a91134f54fa9a890eb81a68f136ab77ecff25bbb",
        ),
        (
            "november",
            "8842 1907 3356 0241 7719",
            {},
            577,
            "121fe87011a82d836b8cce3bd77fce7af1a8ce231d038a1bb1274bd9eb7c723d",
        ),
        (
            "november",
            "8842 1907 3356 0241 7719",
            {"law_rule": "latest"},
            577,
            "425bdcf17947a61831b97660387b180d9880d3d8da852b6ac49298101e6db9fa",
        ),
        ("", SEED, {}, 572, "c24e4012815d38d1c4f0912026822205f19a4de48651ec17aae866bb107c6a79"),
        ("", SEED, {"law_rule": "latest"}, 572, "a06be03f92181f0350a2c493fc6ddb83fda032e12ff88dfcc2ea6879d40f3d18"),
        ("", SEED, {"balance": ()}, 572, "20d634ca5415ebfa59dd9bbd493ea3cf36ab83443c90d480bcca223689d7c731"),
        ("", SEED, {"balance": ("band",)}, 572, "86e338eade4390e6a28bbd88a5a05d658c3125ed3746d2cba4bf45b931680e80"),
        (
            "",
            SEED,
            {"area_fractions": {"A6": Fraction(1), "A1": Fraction(2, 5)}},
            584,
            "8437561093b753bbc453f2c4b9b72f673409fed9f5689b235fb1caa3f26c9986",
        ),
        (
            "--tiny 6 --seed 7",
            SEED,
            {"fraction": Fraction(7, 20)},
            405,
            "3738748141483805dd599bc681d3eb16a5a89fef3685e683b2a8f732cf567c01",
        ),
        (
            "--multi 0 --seed 3",
            "ünï 🎲",
            {"law_rule": "latest", "fraction": Fraction(1, 3)},
            381,
            "8d4fa0a802d88b25d7958a757aa4f0a8842d6ddaeb6497cde9b11d86f7dab593",
        ),
    ],
)
def test_end_to_end_vectors(options: str, seed: str, changes: dict[str, object], count: int, expected: str) -> None:
    filings = {"mini": mini, "november": november}.get(options, lambda: made(*options.split()))()
    result = draw(population_of(filings), seed=seed, configuration=configuration(filings, **changes))
    assert (len(result.drawn), result.selection_sha256) == (count, expected)


def test_the_reference_frame_has_the_hash_of_the_specification() -> None:
    assert frame_sha256(november()) == "d62c663c1b4a9c6fab0da610e9bc503ac989fae0e45a77e30fbc32ea2c8eb9b0"


def test_the_order_of_rows_changes_nothing() -> None:
    filings = november()
    shuffled = random.Random(4).sample(filings, len(filings))
    of = configuration(filings)
    one, other = (draw(population_of(rows), seed=SEED, configuration=of) for rows in (filings, shuffled))
    kept = [
        receipt(r, frame=Locked(frame_sha256(rows), len(rows), 1154, {}, ""), seed=Seed(SEED), configuration=of)
        for r, rows in ((one, filings), (other, shuffled))
    ]
    assert kept[0] == kept[1]
    assert of.balance == BALANCE
