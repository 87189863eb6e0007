"""What a browser may send about a challenge."""

from collections.abc import Mapping, Sequence

from app.audit.thresholds.document import Standard, ThresholdDocument
from app.db import LONGEST_TEXT, Text
from app.labels import length_fault
from app.moderation.challenges.actions import Claim, Point
from app.moderation.challenges.rules import Contestable
from app.moderation.forms import one_sent
from app.web.forms import Form


class NoteForm(Form):
    """What the auditor adds to a challenge of their grade."""

    challenge_note: Text
    wrong = {"challenge_note": "Enter your note"}  # noqa: RUF012


def claim(
    document: ThresholdDocument,
    offered: Sequence[Contestable],
    sent: Mapping[str, Sequence[str]],
    *,
    needs_standard: bool,
) -> tuple[Claim, dict[str, str]]:
    """Return the claim of a form, and what is missing or wrong, in the order of the page."""
    errors = {}
    points, wrong = _contested(offered, sent)
    made = Claim(one_sent(sent, "claimed_grade"), one_sent(sent, "summary"), points)
    if made.grade not in {level.code for level in document.scale} - {document.lowest.code}:
        errors["claimed_grade"] = "Choose the grade that you claim"
    missing = "" if made.summary else "Enter why the grade should change"
    if wrong_summary := missing or length_fault("Why the grade should change", made.summary, LONGEST_TEXT):
        errors["summary"] = wrong_summary
    if set(_all(sent, "standards")) - {c.standard.code for c in offered}:
        errors["standards"] = "Choose only standards that are listed here"
    elif needs_standard and not points and not wrong:
        errors["standards"] = "Choose at least one standard that you contest"
    return made, errors | wrong


def _contested(offered: Sequence[Contestable], sent: Mapping[str, Sequence[str]]) -> tuple[list[Point], dict[str, str]]:
    """Return the contested standards, each with level and evidence, and what is missing or filled in without a tick."""
    ticked, left_out = _all(sent, "standards"), _all(sent, "left_out")
    points, errors = [], {}
    for item in offered:
        code, title = item.standard.code, item.standard.title
        level, why = one_sent(sent, f"{code}-level"), one_sent(sent, f"{code}-why")
        if code in ticked:
            # Where only one level can be claimed the form does not ask for it.
            level = item.levels[0].code if len(item.levels) == 1 else level
            if level not in {wanted.code for wanted in item.levels}:
                errors[f"{code}-level"] = f"Choose the level that you claim for {title}"
            errors.update(wrong_with(item.standard, why, f"Enter the evidence in the file for {title}"))
            points.append(Point(code, level, why))
        elif (level or why) and code not in left_out:
            errors[f"contest-{code}"] = (
                f"{title} is filled in but is not ticked. Tick ‘I contest this’, or tick that it is left out"
            )
    return points, errors


def _all(sent: Mapping[str, Sequence[str]], name: str) -> frozenset[str]:
    return frozenset(value for value in sent.get(name, ()) if value)


def wrong_with(standard: Standard, why: str, missing: str) -> dict[str, str]:
    """Return what is wrong with the text that goes with a standard: it is `missing`, or too long."""
    if not why:
        return {f"{standard.code}-why": missing}
    fault = length_fault(f"What you wrote on {standard.title}", why, LONGEST_TEXT)
    return {f"{standard.code}-why": fault} if fault else {}
