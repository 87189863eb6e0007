"""Evidence that says too little is refused or asked about when a grade is submitted, and never before."""

import string
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from app.audit.evidence.emptiness import questions, says_too_little
from app.audit.thresholds.document import Standard
from app.prose import plain
from tests.audit.evidence.texts import PLAUSIBLE
from tests.audit.thresholds.test_thresholds import DOCUMENTS

DOCUMENT = DOCUMENTS["national-casework-2014-10"]
STANDARDS = DOCUMENT.standards_for("wafh")
ANY = st.sampled_from(STANDARDS)
EDGES = st.text(string.punctuation + " \n", max_size=4)


class Judged(NamedTuple):
    evidence: str
    set_aside: bool = False


@given(ANY, st.text(string.digits + string.punctuation + " ", min_size=1), st.text("ab", max_size=2))
def test_fewer_than_three_letters_say_nothing(standard: Standard, marks: str, letters: str) -> None:
    assert "no words" in (says_too_little(DOCUMENT, standard, marks + letters) or "")


@given(ANY, st.data(), EDGES, st.booleans())
def test_what_the_document_says_is_no_evidence(standard: Standard, data: st.DataObject, edge: str, upper: bool) -> None:
    text = data.draw(st.sampled_from([standard.title, *standard.descriptors.values()]))
    typed = edge + ("  ".join(text.upper().split()) if upper else text) + edge
    assert says_too_little(DOCUMENT, standard, typed) is not None


@given(ANY, st.sampled_from(PLAUSIBLE))
def test_plausible_evidence_is_taken(standard: Standard, text: str) -> None:
    assert says_too_little(DOCUMENT, standard, text) is None
    assert questions(DOCUMENT, STANDARDS, {standard.code: Judged(text)}, documents=["Case plan"], asked=[]) == []


@given(st.sets(st.sampled_from([s.code for s in STANDARDS])))
def test_the_same_text_at_five_standards_is_asked_about_once(codes: set[str]) -> None:
    judged = {code: Judged("Case plan, 12 September" + "." * (i % 2)) for i, code in enumerate(sorted(codes))}
    found = questions(DOCUMENT, STANDARDS, judged, documents=[], asked=[])
    assert [{s.code for s in one.standards} for one in found] == ([codes] if len(codes) >= 5 else [])
    keys = [key for one in found for key in one.keys]
    assert questions(DOCUMENT, STANDARDS, judged, documents=[], asked=keys) == []


@given(ANY, st.sampled_from(["In the contact log throughout.", "CONTACT LOG"]))
def test_a_text_without_a_place_is_asked_about(standard: Standard, text: str) -> None:
    judged = {standard.code: Judged(text)}
    [asked] = questions(DOCUMENT, STANDARDS, judged, documents=["Case plan"], asked=[])
    assert asked.standards == [standard]
    assert questions(DOCUMENT, STANDARDS, judged, documents=["Contact log"], asked=[]) == []
    changed = {standard.code: Judged(text + " And elsewhere.")}
    assert questions(DOCUMENT, STANDARDS, changed, documents=[], asked=asked.keys) != []


def test_a_reason_that_only_repeats_the_document_is_asked_about() -> None:
    standard = next(s for s in STANDARDS if s.not_applicable_when)
    text = f"{plain(standard.not_applicable_when or '').capitalize()}."
    [asked] = questions(DOCUMENT, STANDARDS, {standard.code: Judged(text, set_aside=True)}, documents=[], asked=[])
    assert "repeats the document" in asked.sentence
    own = {standard.code: Judged(text + " The mother said so on the first visit.", set_aside=True)}
    assert questions(DOCUMENT, STANDARDS, own, documents=[], asked=[]) == []
