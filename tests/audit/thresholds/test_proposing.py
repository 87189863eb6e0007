"""Which strengths and learning points judgements propose, and that nobody's box is ticked for them."""

import re

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.enums import AssessmentState
from app.audit.grading import actions as grading
from app.audit.models import Assessment, Audit, AuditCase, ThresholdText
from app.audit.thresholds.indication import Judged
from app.audit.thresholds.proposing import proposed, proposed_codes
from tests.audit.thresholds.test_thresholds import DOCUMENTS
from tests.browser import plain
from tests.world import World, cases

NATIONAL = DOCUMENTS["national-casework-2026.1"]
LEVELS = [x.code for x in NATIONAL.scale]
DEGREES = [x.code for x in NATIONAL.improvement_degrees]
JUDGED = st.builds(Judged, st.sampled_from(["", *LEVELS]), st.sampled_from(["", *DEGREES]), st.booleans())
CODES = [s.code for s in NATIONAL.standards()]


def all_good(**others: Judged) -> dict[str, Judged]:
    return {**{code: Judged("good", "none") for code in CODES}, **others}


def codes(judged: dict[str, Judged], kind: str, law: str = "wafh") -> dict[str, str]:
    return {p.theme.code: p.ground for p in proposed(NATIONAL, law, judged, kind)}


def test_the_ground_says_which_judgement_proposes() -> None:
    found = codes(all_good(PLA2=Judged("met", "moderate"), REP4=Judged("good", "minor")), "learning")
    assert found["L-PLA-3"] == "from ‘Case plan reviewed and used’: Met, moderate"
    assert set(found) == {"L-PLA-2", "L-PLA-3"}, "the best level with a minor improvement proposes nothing"
    found = codes(all_good(REP4=Judged("good", "moderate")), "learning")
    assert found == dict.fromkeys(("L-REP-1", "L-REP-2"), "from ‘Approved and free from errors’: Good, moderate")


def test_a_strength_needs_all_its_standards_at_the_best_level_without_improvement() -> None:
    assert "S-PRI-1" in codes(all_good(), "strength")
    for weak in (Judged("good", "minor"), Judged("met", "none"), Judged(), Judged(set_aside=True)):
        assert "S-PRI-1" not in codes(all_good(PLA2=weak), "strength")


@given(st.dictionaries(st.sampled_from(CODES), JUDGED), st.sampled_from(["public", "wafh", "wtfh"]))
def test_what_is_proposed_fits_the_case_and_follows_from_judgements(judged: dict[str, Judged], law: str) -> None:
    there = {s.code for s in NATIONAL.standards_for(law)}
    for kind in ("strength", "learning"):
        offered = [t.code for t in NATIONAL.themes_for(law, kind)]
        found = [p.theme.code for p in proposed(NATIONAL, law, judged, kind)]
        assert [code for code in offered if code in found] == found
        for code in found:
            of = [judged[c] for c in NATIONAL.theme(code).standards or () if c in there and c in judged]
            good = [j.judgement == "good" and j.degree in {"", "none"} and not j.set_aside for j in of]
            weak = [j.judgement in {"met", "not_met"} or j.degree in {"moderate", "significant"} for j in of]
            assert all(good) if kind == "strength" else any(weak)
    both = proposed_codes(NATIONAL, law, judged.items())
    assert len(both) == len(set(both))
    assert proposed_codes(NATIONAL, law, {}.items()) == []


def test_a_document_without_standards_at_its_themes_proposes_nothing() -> None:
    old = DOCUMENTS["national-casework-2014-10"]
    assert proposed_codes(old, "wafh", all_good().items()) == []


def on_the_new_version(world: World) -> tuple[int, str]:
    """Let the audit be graded against the version whose themes name standards; return a case with its auditor."""
    case_id = cases(world, "A1")[0]
    with world.database.writing() as session:
        new = session.scalars(
            select(ThresholdText).where(
                ThresholdText.document_id == "national-casework", ThresholdText.version == "2026.1"
            )
        ).one()
        case = session.get_one(AuditCase, case_id)
        session.get_one(Audit, case.audit_id).threshold_id = new.id
        auditor = case.auditor_id
    return case_id, next(n for n in ("im1", "im2") if world.viewer(n).id == auditor)


def test_proposed_ones_stand_first_with_their_ground_and_unticked(world: World) -> None:
    case_id, who = on_the_new_version(world)
    grader = world.browser(who)
    grader.post(f"/cases/{case_id}/assess")
    page = grader.get(f"/cases/{case_id}/assess/themes").text
    assert "Proposed by your judgements" not in page
    weak = {
        "REC3-judgement": "met",
        "REC3-degree": "moderate",
        "REC3-evidence": "Log of 3 October, report, paragraph 4",
    }
    grader.post(f"/cases/{case_id}/assess/standards/recording", weak)
    page = grader.get(f"/cases/{case_id}/assess/themes").text
    words = plain(page)
    assert "From ‘Information ties together’: Met, moderate" in words
    learning = words[words.index("Learning points") :]
    assert learning.index("Make logs, case plan and report agree") < learning.index("Others")
    (box,) = re.findall(r'<input[^>]*value="L-REC-2"[^>]*>', page)
    assert "checked" not in box
    assert "data-is-proposed" in box
    grader.post(f"/cases/{case_id}/assess/themes", {"themes": ["L-REC-2"]})
    (box,) = re.findall(r'<input[^>]*value="L-REC-2"[^>]*>', grader.get(f"/cases/{case_id}/assess/themes").text)
    assert "checked" in box


def test_an_assessment_keeps_what_was_proposed_and_the_figures_what_was_ticked(world: World) -> None:
    case_id, who = on_the_new_version(world)
    by = world.viewer(who)
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        draft = grading.start_grading(session, case, by=by)
        columns = {"judgement": "good", "degree": "none", "evidence": "On file", "set_aside": False}
        standards = {s.code: dict(columns) for s in NATIONAL.standards_for(case.law_type)}
        standards["REC3"] |= {"judgement": "met", "degree": "moderate"}
        grading.save_judgements(session, draft, standards)
        grading.save_themes(session, draft, themes=["L-REC-1"], strengths_note="", learning_note="")
        grading.save_grade(session, draft, grade="good", departure_reason="")
        grading.submit(session, case, draft, indicated=("good", "good-throughout"), by=by)
    with world.database.reading() as session:
        query = select(Assessment).where(Assessment.case_id == case_id, Assessment.state == AssessmentState.SUBMITTED)
        kept = session.scalars(query).one()
        assert kept.themes == ["L-REC-1"]
        assert "L-REC-2" in kept.proposed
        assert "L-REC-1" not in kept.proposed
