"""Forms of the moderation room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.audit.enums import BenchmarkOutcome, Cause
from app.audit.rules import LONGEST_NAME, LONGEST_TEXT
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.clock import day, today
from app.moderation.actions import Point
from app.moderation.enums import Deadline
from app.moderation.rules import Contestable
from app.web.forms import Form

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class ReviewForm(Form):
    """The immediate review of a returned case."""

    children_safe: Literal["yes", "no"]
    note: Text
    further_action: Literal["none", "needed"]
    action_what: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    action_who: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    action_by: date | None = None
    answer: Literal["accept", "challenge", "later"]

    wrong = {  # noqa: RUF012
        "children_safe": "Say whether the children are safe",
        "note": "Enter what you found",
        "further_action": "Say whether further action is needed",
        "action_by": "Enter the date by which it will be done, such as 27 11 2026",
        "answer": "Say whether you accept the grade",
    }

    def faults(self) -> dict[str, str]:
        """Return what is missing between fields: an action has a what, a who and a date; unsafe children need one."""
        found = {}
        if self.further_action == "needed":
            if not self.action_what:
                found["action_what"] = "Enter what will be done"
            if not self.action_who:
                found["action_who"] = "Enter who will do it"
            if self.action_by is None:
                found["action_by"] = self.wrong["action_by"]
            elif self.action_by < today():
                found["action_by"] = "The date by which it will be done must be today or later"
        elif self.children_safe == "no":
            found["further_action"] = "If the children are not safe, further action is needed. Say what will be done"
        return found


class CorrectionForm(Form):
    """Why a submitted grade is corrected."""

    correction_reason: Text
    wrong = {"correction_reason": "Say why you correct it"}  # noqa: RUF012


class ResolveForm(Form):
    """How a difference between two grades is resolved."""

    outcome: BenchmarkOutcome
    grade: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    cause: Cause
    resolution: Text
    unclear_standard: Annotated[str, Field(max_length=LONGEST_NAME)] = ""

    wrong = {  # noqa: RUF012
        "outcome": "Say which grade stands",
        "cause": "Say why the two differed",
        "resolution": "Enter your reasons",
    }


class DoneForm(Form):
    """When the further action was done."""

    done_on: date
    wrong = {"done_on": "Enter the date on which it was done, such as 27 11 2026"}  # noqa: RUF012


class ConcernForm(Form):
    """What was seen that somebody has to act on at once."""

    seen: Text
    wrong = {"seen": "Enter what you have seen, and where in the file"}  # noqa: RUF012


class AcknowledgeForm(Form):
    """What will be done about a concern, and by when."""

    plan: Text
    act_by: date
    wrong = {"plan": "Enter what will be done", "act_by": "Enter the date by which it will be done, such as 27 11 2026"}  # noqa: RUF012

    def faults(self) -> dict[str, str]:
        """Return what is wrong: nothing can be done by a day that has passed."""
        return {"act_by": "The date by which it will be done must be today or later"} if self.act_by < today() else {}


class ConcernActionForm(Form):
    """What was done about a concern."""

    action_taken: Text
    action_who: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    done_on: date
    wrong = {  # noqa: RUF012
        "action_taken": "Enter what was done, or why nothing had to be done",
        "action_who": "Enter who did it",
        "done_on": "Enter the date on which it was done, such as 27 11 2026",
    }

    def faults(self) -> dict[str, str]:
        """Return what is wrong: what was done was not done in the future."""
        return {"done_on": "The date must be today or in the past"} if self.done_on > today() else {}


class CloseForm(Form):
    """Why nothing more has to be done about a concern."""

    close_reason: Text
    wrong = {"close_reason": "Enter why nothing more has to be done"}  # noqa: RUF012


class EscalationForm(Form):
    """Why the director should look at a decision."""

    reason: Text
    wrong = {"reason": "Enter why you do not accept the decision"}  # noqa: RUF012


class ExtensionForm(Form):
    """More time for one answer, and why."""

    deadline: Deadline
    until: date
    reason: Text
    wrong = {  # noqa: RUF012
        "deadline": "Choose which time is extended",
        "until": "Enter the new last day, such as 27 11 2026",
        "reason": "Enter why the area gets more time",
    }

    def faults(self, before: date | None) -> dict[str, str]:
        """Return what is wrong: a time that cannot be extended, or one that would end earlier than it does or in the past."""
        if before is None:
            return {"deadline": self.wrong["deadline"]}
        if self.until <= before:
            return {"until": f"The area has until {day(before)} already. Enter a later day"}
        return {"until": "The new last day must be today or later"} if self.until < today() else {}


class OverrideForm(Form):
    """Why the audit goes on without a late review."""

    reason: Text
    wrong = {"reason": "Enter why the audit goes on without this review"}  # noqa: RUF012


class NoteForm(Form):
    """What the auditor adds to a challenge of their grade."""

    challenge_note: Text
    wrong = {"challenge_note": "Enter your note"}  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Claim:
    """What a challenge claims: the grade, why, and each contested standard."""

    grade: str
    summary: str
    points: Sequence[Point]


def claim(
    document: ThresholdDocument, offered: Sequence[Contestable], sent: Mapping[str, Sequence[str]], *, needs_standard: bool
) -> tuple[Claim, dict[str, str]]:
    """Return the claim of a form, and what is missing or wrong, in the order of the page."""
    errors = {}
    points, wrong = _contested(offered, sent)
    made = Claim(_one(sent, "claimed_grade"), _one(sent, "summary"), points)
    if made.grade not in {level.code for level in document.scale} - {document.lowest.code}:
        errors["claimed_grade"] = "Choose the grade that you claim"
    if not made.summary or len(made.summary) > LONGEST_TEXT:
        errors["summary"] = f"Enter why the grade should change, in {LONGEST_TEXT:,} characters or fewer"
    if set(_all(sent, "standards")) - {c.standard.code for c in offered}:
        errors["standards"] = "Choose only standards that are listed here"
    elif needs_standard and not points and not wrong:
        errors["standards"] = "Choose at least one standard that you contest"
    return made, errors | wrong


def _contested(offered: Sequence[Contestable], sent: Mapping[str, Sequence[str]]) -> tuple[list[Point], dict[str, str]]:
    """Return the contested standards, and what is missing: a claimed level and evidence for each, a tick for what is filled in."""
    ticked, left_out = _all(sent, "standards"), _all(sent, "left_out")
    points, errors = [], {}
    for item in offered:
        code, title = item.standard.code, item.standard.title
        level, why = _one(sent, f"{code}-level"), _one(sent, f"{code}-why")
        if code in ticked:
            # Where only one level can be claimed the form does not ask for it.
            level = item.levels[0].code if len(item.levels) == 1 else level
            if level not in {wanted.code for wanted in item.levels}:
                errors[f"{code}-level"] = f"Choose the level that you claim for {title}"
            errors.update(_why(item.standard, why, f"Enter the evidence in the file for {title}"))
            points.append(Point(code, level, why))
        elif (level or why) and code not in left_out:
            errors[f"contest-{code}"] = f"{title} is filled in but is not ticked. Tick ‘I contest this’, or tick that it is left out"
    return points, errors


def ruling_points(document: ThresholdDocument, standards: Sequence[Standard], sent: Mapping[str, Sequence[str]]) -> tuple[list[Point], dict[str, str]]:
    """Return the decision on each contested standard of a form, and what is missing: a level and reasons for each."""
    levels = {level.code for level in document.scale}
    points, errors = [], {}
    for standard in standards:
        point = Point(standard.code, _one(sent, f"{standard.code}-level"), _one(sent, f"{standard.code}-why"))
        if point.level not in levels:
            errors[f"{standard.code}-level"] = f"Choose the level for {standard.title}"
        errors.update(_why(standard, point.why, f"Enter your reasons on {standard.title}"))
        points.append(point)
    return points, errors


AS_A_WHOLE = "whole"


def own_view_points(document: ThresholdDocument, standards: Sequence[Standard], sent: Mapping[str, Sequence[str]]) -> tuple[list[Point], dict[str, str]]:
    """Return somebody's own view of each contested standard, of the grade where none is, and what is missing: a level and a note for each."""
    levels = {level.code for level in document.scale}
    asked = [(s.code, s.code, s.title) for s in standards] or [("", AS_A_WHOLE, "the grade")]
    points, errors = [], {}
    for standard, field, title in asked:
        point = Point(standard, _one(sent, f"{field}-own"), _one(sent, f"{field}-note"))
        if point.level not in levels:
            errors[f"{field}-own"] = f"Choose your own view of {title}"
        if not point.why or len(point.why) > LONGEST_TEXT:
            errors[f"{field}-note"] = f"Enter what you found in the file on {title}, in {LONGEST_TEXT:,} characters or fewer"
        points.append(point)
    return points, errors


def _all(sent: Mapping[str, Sequence[str]], name: str) -> frozenset[str]:
    return frozenset(value for value in sent.get(name, ()) if value)


def _one(sent: Mapping[str, Sequence[str]], name: str) -> str:
    return (list(sent.get(name, ())) or [""])[0].strip()


def _why(standard: Standard, why: str, missing: str) -> dict[str, str]:
    if not why:
        return {f"{standard.code}-why": missing}
    if len(why) > LONGEST_TEXT:
        return {f"{standard.code}-why": f"This must be {LONGEST_TEXT:,} characters or fewer"}
    return {}
