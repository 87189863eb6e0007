"""Where a fact and a judgement do not fit, the auditor is asked to check both, and kept from nothing.

The table of the README, section 3.
"""

from collections.abc import Sequence

import pytest

from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.expectations import with_prompts
from app.audit.thresholds.indication import Judged, fact_prompts
from tests.audit.thresholds.test_thresholds import DOCUMENTS

NATIONAL = with_prompts(DOCUMENTS["national-casework-2014-10"])
ASIDE = "set_aside"
# (fact, answer, standard, what fits): every row of the table.
TABLE: Sequence[tuple[str, str, str, set[str]]] = [
    ("child_seen", "not_seen_no_reason", "ENG1", {"not_met"}),
    ("child_seen", "unclear", "ENG1", {"not_met"}),
    ("case_plan", "no_plan", "PLA1", {"not_met"}),
    ("case_plan", "no_plan", "PLA2", {"not_met"}),
    ("oversight_at_outset", "not_recorded", "OVE1", {"met", "not_met"}),
    ("non_subject_children", "no", "SAF4", {"not_met"}),
    ("non_subject_children", "na", "SAF4", {ASIDE}),
    ("referral", "needed_not_made", "SAF3", {"not_met"}),
    ("referral", "made_unclear", "SAF3", {"met", "not_met"}),
    ("referral", "not_needed", "SAF3", {ASIDE}),
    ("iro_contact", "none_found", "OVE2", {"not_met"}),
    ("iro_contact", "no_iro", "OVE2", {ASIDE}),
    ("position_statement", "filed_not_evidenced", "OVE3", {"not_met"}),
    ("position_statement", "none_filed", "OVE3", {ASIDE}),
    ("language_errors", "many", "REP4", {"not_met"}),
]


def said(document: ThresholdDocument, code: str, chosen: str, fact: str, answer: str, law: str = "public") -> list[str]:
    judged = Judged(set_aside=True) if chosen == ASIDE else Judged(chosen)
    return list(fact_prompts(document, law, document.standard(code), judged, {fact: [answer]}))


@pytest.mark.parametrize(("fact", "answer", "code", "fits"), TABLE)
def test_the_table_of_the_readme(fact: str, answer: str, code: str, fits: set[str]) -> None:
    possible = {"good", "met", "not_met", *([ASIDE] if NATIONAL.standard(code).can_be_set_aside else [])}
    assert {chosen for chosen in possible if not said(NATIONAL, code, chosen, fact, answer)} == fits


def test_no_other_answer_and_no_other_document_has_a_prompt() -> None:
    rows = {(fact, answer) for fact, answer, _, _ in TABLE}
    for fact in NATIONAL.facts:
        for answer in fact.answers:
            found = any(
                said(NATIONAL, s.code, level, fact.code, answer.code)
                for s in NATIONAL.standards()
                for level in ("good", "met", "not_met")
            )
            assert found == ((fact.code, answer.code) in rows), (fact.code, answer.code)
    assert not any(with_prompts(d).prompts for name, d in DOCUMENTS.items() if not name.startswith("national"))


def test_a_fact_that_is_not_asked_and_a_standard_that_is_not_judged_have_no_prompt() -> None:
    assert said(NATIONAL, "ENG1", "good", "child_seen", "unclear", "wtfh") == []
    assert (
        list(fact_prompts(NATIONAL, "public", NATIONAL.standard("ENG1"), Judged(), {"child_seen": ["unclear"]})) == []
    )
    assert list(fact_prompts(NATIONAL, "public", NATIONAL.standard("ENG1"), None, {"child_seen": ["unclear"]})) == []


def test_a_document_that_says_it_has_none_gets_none() -> None:
    document = DOCUMENTS["national-casework-2014-10"]
    assert with_prompts(document.model_copy(update={"prompts": ()})).prompts == ()
