"""A thematic audit with four levels and three other degrees goes through, and no page speaks of another scale."""

import re
from typing import Any

import httpx
from sqlalchemy import select

from app.audit.enums import CaseState
from app.audit.models import AuditCase, ThresholdText
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import data_of, read_document
from app.audit.thresholds.yaml_text import written
from app.keeping import record as check
from app.moderation.models import Challenge
from app.people.enums import Role, Scope
from tests.audit.sample.test_sample_pages import SEED
from tests.audit.thresholds.test_thresholds import DOCUMENTS
from tests.browser import plain
from tests.moderation.stories import REVIEW, give
from tests.report.reading.test_report import PUBLIC
from tests.world import World, sign_off

REF = "TH-4"
LEVELS = {"evidenced": "strong", "partly_evidenced": "sound", "not_evidenced": "absent"}
LABELS = {"strong": "Strong", "sound": "Sound", "fragile": "Fragile", "absent": "Absent"}
DEGREES = {"none": "nothing", "minor": "a_little", "moderate": "much", "significant": "much"}
ELSEWHERE = re.compile(r"\b(Not Met|Met|Good|not_met|good_|evidenced|Evidenced|Outstanding|Inadequate)\b")


def four_levels() -> str:
    """Return the document on liaison with IROs: its three levels made into four, its four degrees into three."""
    text = written({**data_of(DOCUMENTS["thematic-iro-liaison-2015"]), "id": "four-levels", "version": "1"})
    for old, new in (("partly evidenced", "sound"), ("not evidenced", "absent"), ("evidenced", "strong")):
        text = re.sub(rf"\b{old}\b", new, re.sub(rf"\b{old.capitalize()}\b", new.capitalize(), text))
    data = data_of(
        read_document(text.replace("partly_strong", "partly_evidenced").replace("not_strong", "not_evidenced"))
    )
    data = _renamed(data)
    data["scale"].insert(
        2, {"code": "fragile", "label": "Fragile", "meaning": "Some of it is there, and it would not hold."}
    )
    for level in data["scale"]:
        level["label"] = LABELS[level["code"]]
    data["improvement_degrees"] = [
        {"code": "nothing", "label": "Nothing", "meaning": "As it should be."},
        {"code": "a_little", "label": "A little", "meaning": "A detail."},
        {"code": "much", "label": "A lot", "meaning": "It matters."},
    ]
    for area in data["practice_areas"]:
        for standard in area["standards"]:
            standard["descriptors"] = {
                code: standard["descriptors"].get(code, "Some of it is there, and it would not hold.")
                for code in LABELS
            }
    return written(data)


def _renamed(value: Any) -> Any:
    """Return data with new names for all codes; a list with the middle level now holds both middle levels."""
    if isinstance(value, dict):
        return {LEVELS.get(key, key): _renamed(item) for key, item in value.items()}
    if isinstance(value, list):
        return (
            list(dict.fromkeys(c for x in value for c in _both(x)))
            if all(isinstance(x, str) for x in value)
            else [_renamed(x) for x in value]
        )
    return {**LEVELS, **DEGREES}.get(value, value) if isinstance(value, str) else value


def _both(code: str) -> list[str]:
    renamed = str({**LEVELS, **DEGREES}.get(code, code))
    return ["sound", "fragile"] if code == "partly_evidenced" else [renamed]


class Walk:
    """People who go through the pages; every page that they see is read for words of another scale."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.read = 0

    def get(self, who: str, path: str) -> httpx.Response:
        return self._judged(self.world.browser(who).get(path))

    def post(self, who: str, path: str, form: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self._judged(self.world.browser(who).post(path, form, **more))

    def _judged(self, page: httpx.Response) -> httpx.Response:
        self.read += 1
        found = ELSEWHERE.search(plain(page.text))
        assert found is None, f"{page.request.url} says {found and found.group()}: {plain(page.text)[:3000]}"
        return page


def kept(world: World) -> ThresholdText:
    with world.database.reading() as session:
        return session.scalars(select(ThresholdText).where(ThresholdText.document_id == "four-levels")).one()


def published(walk: Walk) -> ThresholdDocument:
    walk.post("director", "/thresholds/import", files={"file": ("four.yaml", four_levels().encode())})
    walk.get("director", "/thresholds/four-levels/1")
    walk.get("director", "/thresholds/four-levels/1/edit/grade_rules")
    walk.get("director", "/thresholds/four-levels/1/publish")
    walk.post("director", "/thresholds/four-levels/1/publish", {"read": kept(walk.world).sha256})
    return read_document(kept(walk.world).text)


def commissioned(walk: Walk) -> None:
    form: dict[str, Any] = {
        "name": "Liaison",
        "ref": REF,
        "kind": "thematic",
        "purpose": "To see.",
        "window_from-day": "1",
        "window_from-month": "9",
        "window_from-year": "2026",
        "window_to-day": "31",
        "window_to-month": "10",
        "window_to-year": "2026",
        "bands": ["B1"],
        "fraction": "1/2",
        "good_target": "60",
        "not_met_target": "14",
        "review_days": "5",
        "challenge_days": "10",
        "decision_days": "6",
        "escalation_days": "5",
        "correction_days": "2",
        "benchmark_share": "10%",
        "extend_over": "20",
        "law_types": ["public"],
        "threshold": str(kept(walk.world).id),
        "comparator_when": "2025-09",
        "comparator_good": "50",
        "comparator_not_met": "20",
    }
    walk.post("director", "/audits/new", form)
    for who, role in (("analyst", Role.ANALYST), ("lead", Role.LEAD), ("im1", Role.IMPROVEMENT_MANAGER)):
        give(walk.world, who, role, Scope.AUDIT, REF)
    walk.get("ad", f"/audits/{REF}/framework")
    walk.post("ad", f"/audits/{REF}/framework")


def allocated(walk: Walk) -> list[int]:
    page = walk.post("analyst", f"/audits/{REF}/frame", files={"file": ("list.csv", PUBLIC.encode())})
    token = re.search(rf"/audits/{REF}/frame/([\w-]+)/keep", page.text)
    assert token
    walk.post("analyst", f"/audits/{REF}/frame/{token.group(1)}/keep")
    walk.post("lead", f"/audits/{REF}/sample/lock")
    walk.post("lead", f"/audits/{REF}/sample", SEED)
    walk.get("lead", f"/audits/{REF}/sample/how")
    walk.post("lead", f"/audits/{REF}/allocation", {"auditors": [str(walk.world.viewer("im1").id)]})
    with walk.world.database.reading() as session:
        return list(
            session.scalars(
                select(AuditCase.id).where(AuditCase.audit.has(ref=REF)).order_by(AuditCase.area, AuditCase.id)
            )
        )


def graded(walk: Walk, document: ThresholdDocument, case_id: int, level: str, degree: str) -> None:
    """Grade a case through the pages: every standard at one level, the grade as indicated."""
    base = f"/cases/{case_id}/assess"
    walk.post("im1", base)
    walk.get("im1", base)
    for area in document.practice_areas:
        form = {
            f"{s.code}-{name}": value
            for s in area.standards
            for name, value in (("judgement", level), ("degree", degree), ("evidence", f"Log, 3 October, {s.code}."))
        }
        walk.get("im1", f"{base}/standards/{area.code}")
        walk.post("im1", f"{base}/standards/{area.code}", form)
    walk.post("im1", f"{base}/facts", {f"fact-{f.code}": f.answers[0].code for f in document.facts if f.answers})
    walk.post("im1", f"{base}/themes", {"themes": [document.learning_themes[0].code]})
    page = walk.get("im1", f"{base}/grade")
    assert f"Indicated grade: {LABELS[level]}" in plain(page.text) or LABELS[level] in plain(page.text)
    walk.post("im1", f"{base}/grade", {"grade": level})
    walk.get("im1", f"/cases/{case_id}/check")
    walk.post("im1", f"/cases/{case_id}/check")


def challenged(walk: Walk, case_id: int) -> int:
    """Bring a case at the lowest level back, challenge it, have it decided and taken to the director."""
    # The world has another audit too, so this page is read for what it says of this one.
    assert "a case graded Absent" in plain(walk.world.browser("head1").get("/").text)
    walk.get("head1", f"/cases/{case_id}")
    walk.post("head1", f"/cases/{case_id}/review", REVIEW)
    claim = {
        "IRO1-level": "fragile",
        "IRO1-why": "On file.",
        "summary": "It is on file.",
    }
    walk.get("head1", f"/cases/{case_id}/challenge")
    walk.post("head1", f"/cases/{case_id}/challenge", {**claim, "act": "check"})
    walk.post("head1", f"/cases/{case_id}/challenge", claim)
    with walk.world.database.reading() as session:
        raised = session.scalars(select(Challenge.id).where(Challenge.case_id == case_id)).one()
    reasons = "It is not there."
    said = {"IRO1-level": "absent", "IRO1-degree": "much", "IRO1-why": reasons}
    ruling = {**said, "grade": "absent", "reasons": reasons}
    own = {"IRO1-own": "absent", "IRO1-note": "Nothing in the file."}
    walk.get("lead", f"/challenges/{raised}/view")
    walk.post("lead", f"/challenges/{raised}/view", own)
    walk.post("lead", f"/challenges/{raised}/decide", ruling)
    walk.post("head1", f"/challenges/{raised}/escalate", {"reason": "It is there."})
    walk.post("director", f"/challenges/{raised}/view", own)
    walk.get("director", f"/challenges/{raised}/adjudicate")
    walk.post(
        "director",
        f"/challenges/{raised}/adjudicate",
        {
            **ruling,
            "IRO1-level": "sound",
            "IRO1-why": "There.",
            "grade": "fragile",
            "IRO1-cause": "error",
            "departure": "The whole is less.",
            "reasons": "There.",
        },
    )
    return raised


def test_an_audit_on_another_scale_goes_through_the_whole_tool(world: World) -> None:
    walk = Walk(world)
    document = published(walk)
    commissioned(walk)
    first, second, third, fourth = allocated(walk)
    for case_id, level, degree in (
        (first, "absent", "much"),
        (second, "strong", "nothing"),
        (third, "sound", "a_little"),
        (fourth, "absent", "much"),
    ):
        graded(walk, document, case_id, level, degree)
    walk.get("lead", f"/audits/{REF}/cases")
    raised = challenged(walk, first)
    walk.get("head1", f"/challenges/{raised}")
    walk.post("head2", f"/cases/{fourth}/review", {**REVIEW, "answer": "accept"})
    walk.get("lead", f"/audits/{REF}/challenges")
    with world.database.reading() as session:
        grades = {
            c.id: (c.standing_grade, c.state)
            for c in session.scalars(select(AuditCase).where(AuditCase.audit.has(ref=REF)))
        }
    assert [grades[c][0] for c in (first, second, third, fourth)] == ["fragile", "strong", "sound", "absent"]
    walk.get("lead", f"/audits/{REF}/benchmarks")
    walk.post("lead", f"/audits/{REF}/benchmarks/none", {"why_none": "Nobody is free to give them."})
    walk.get("lead", f"/audits/{REF}/finalise")
    walk.post("lead", f"/audits/{REF}/finalise")
    report = plain(walk.get("lead", f"/audits/{REF}/report").text)
    for label in LABELS.values():
        assert label in report
    svg = world.browser("lead").send("GET", f"/audits/{REF}/report/pictures/areas.svg").text
    assert ELSEWHERE.search(svg) is None
    sign_off(world, REF)
    walk.post("director", f"/audits/{REF}/publish")
    walk.get("reader", f"/reports/{REF}")
    assert walk.read > 60
    with world.database.reading() as session:
        assert {c.state for c in session.scalars(select(AuditCase).where(AuditCase.audit.has(ref=REF)))} == {
            CaseState.FINAL
        }
        assert list(check.wrong(session)) == []
