"""What a browser may send to the audit tool and the framework.

Hostile numbers, the same theme thrice, a note that comes back as typed.
"""

import time
from fractions import Fraction

import pytest
from sqlalchemy import select

from app.audit.commission.rules import fraction_of
from app.audit.library.queries import document_of
from app.audit.models import Assessment, AuditCase
from tests.audit.commission.test_audit_pages import begun, the_framework
from tests.browser import plain
from tests.world import World

SHARES = {
    "1/2": Fraction(1, 2),
    " 50% ": Fraction(1, 2),
    "0.5": Fraction(1, 2),
    ".25": Fraction(1, 4),
    "33.333333%": Fraction(33333333, 10**8),
    "1": Fraction(1),
}
NO_SHARES = (
    "1e-20000000",
    "1e-2000000",
    "1/" + "9" * 5000,
    "0." + "0" * 5000 + "1",
    "½",
    "٠.٥",
    "0",
    "0%",
    "1/0",
    "2",
    "101%",
    "-1/2",
    "",
    "%",
    ".",
    "1_0/2_0",
    "x",
)


@pytest.mark.parametrize("text", SHARES)
def test_a_share_is_read_and_its_kept_form_too(text: str) -> None:
    assert fraction_of(text) == SHARES[text]
    assert fraction_of(str(SHARES[text])) == SHARES[text]


@pytest.mark.parametrize("text", NO_SHARES, ids=lambda t: t[:20])
def test_no_share_takes_long_to_refuse(text: str) -> None:
    started = time.monotonic()
    assert fraction_of(text) is None
    assert time.monotonic() - started < 0.1


@pytest.mark.parametrize("text", ["1e-20000000", "1e-2000000", "1/" + "9" * 5000], ids=lambda t: t[:20])
def test_a_hostile_share_gets_a_sentence_of_ours(world: World, text: str) -> None:
    words = plain(world.browser("director").post("/audits/new", the_framework(world, fraction=text), status=422).text)
    assert (
        "Enter the share of practitioners to sample" in words
        or "Share of practitioners of each area must be 30 characters or fewer" in words
    )
    assert "Exceeds" not in words


def test_a_note_among_facts_comes_back_as_it_was_typed(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        facts = document_of(case.audit).facts_for(case.law_type)
    alone = next(f for f in facts if f.alone and f.kind != "single")
    note = next(f for f in facts if f.kind == "text")
    form = {
        f"fact-{alone.code}": [a.code for a in alone.answers],
        f"fact-{note.code}": "The plan’s page 2 <is> missing.\nSo is page 3.",
    }
    page = browser.post(f"/cases/{case_id}/assess/facts", form, status=422)
    assert ">The plan’s page 2 &lt;is&gt; missing.\nSo is page 3.</textarea>" in page.text


def test_an_answer_sent_twice_is_one_answer(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        alone = next(f for f in document_of(case.audit).facts_for(case.law_type) if f.alone and f.kind != "single")
    only = next(iter(alone.alone))
    browser.post(f"/cases/{case_id}/assess/facts", {f"fact-{alone.code}": [only, only]})
    with world.database.reading() as session:
        kept = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one()
        assert {f.fact: f.answers for f in kept.facts}[alone.code] == [only]


def test_a_theme_is_kept_once_and_only_where_the_document_offers_it(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        document = document_of(case.audit)
        offered = [t.code for kind in ("strength", "learning") for t in document.themes_for(case.law_type, kind)]
        elsewhere = [t.code for t in document.learning_themes if t.code not in offered]
    assert elsewhere, "the document has themes for other law types"
    browser.post(
        f"/cases/{case_id}/assess/themes",
        {"themes": [offered[1], offered[0], offered[1], offered[1], *elsewhere, "XYZ"]},
    )
    with world.database.reading() as session:
        assert session.scalars(select(Assessment.themes).where(Assessment.case_id == case_id)).one() == [
            offered[1],
            offered[0],
        ]
