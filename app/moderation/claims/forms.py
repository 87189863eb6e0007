"""What a browser may send about a claim, and what it says so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.audit.grading.draft import Draft
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.thresholds.indication import Indication, Judged
from app.db import LONGEST_TEXT
from app.labels import length_fault
from app.moderation.challenges.actions import Claim, Point
from app.moderation.challenges.forms import wrong_with
from app.moderation.challenges.rules import Contestable, indicated_from

TEXTS = ("summary", "claimed_grade")


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a head claims so far: the claim, what the rules indicate from it, and what keeps it from being sent.

    `unsent` are standards with evidence whose level is accepted, which are not part of the claim.
    """

    claim: Claim
    indication: Indication | None
    errors: Mapping[str, str]
    unsent: Sequence[Standard]


def field_names(offered: Sequence[Contestable]) -> list[str]:
    """Return the fields of the workspace, in the order of the page."""
    return [f"{c.standard.code}-{part}" for c in offered if c.below_best for part in ("level", "why")] + [*TEXTS]


def claimed(
    document: ThresholdDocument,
    draft: Draft | None,
    offered: Sequence[Contestable],
    said: Mapping[str, str],
    *,
    as_a_whole: bool,
) -> Claimed:
    """Return what fields of the workspace claim: another level than the one that stands contests a standard.

    `as_a_whole` says that the grade does not follow from the standards, so that the head names the one that they claim.
    """
    points = [p for c in offered if c.below_best and (p := _point(c, said))]
    indication = indicated_from(draft, {p.standard: Judged(p.level) for p in points})
    asked = as_a_whole or indication is None
    grade = said.get("claimed_grade", "") if asked or indication is None else indication.grade
    claim = Claim(grade, said.get("summary", "").strip(), points)
    errors = dict(_faults(document, offered, claim, asked=asked))
    accepted = [c.standard for c in offered if c.below_best and said.get(f"{c.standard.code}-why", "").strip()]
    return Claimed(claim, indication, errors, [s for s in accepted if s.code not in {p.standard for p in points}])


def _point(of: Contestable, said: Mapping[str, str]) -> Point | None:
    code = of.standard.code
    level = said.get(f"{code}-level", "") or of.judged.level
    return None if level == of.judged.level else Point(code, level, said.get(f"{code}-why", "").strip())


def _faults(
    document: ThresholdDocument, offered: Sequence[Contestable], claim: Claim, *, asked: bool
) -> Iterator[tuple[str, str]]:
    """Yield what keeps a claim from being sent, in the order of the page."""
    by_code = {c.standard.code: c for c in offered}
    for p in claim.points:
        standard = by_code[p.standard].standard
        if p.level not in {level.code for level in document.scale}:
            yield f"{p.standard}-level", f"Choose one of the levels for {standard.title}"
        yield from wrong_with(standard, p.why, f"Enter your evidence in the file for {standard.title}").items()
    if not asked and not claim.points:
        yield (
            "nothing",
            "Every level is as the audit judged it, so there is nothing to send. Choose another level first",
        )
    if asked and claim.grade not in {level.code for level in document.scale} - {document.lowest.code}:
        yield "claimed_grade", "Choose the grade that you claim"
    missing = "" if claim.summary else "Enter why the grade should change"
    if wrong := missing or length_fault("Why the grade should change", claim.summary, LONGEST_TEXT):
        yield "summary", wrong
