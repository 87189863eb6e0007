"""The pages on which whoever decides writes and checks a decision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.audit.enums import CAUSE_LABELS
from app.audit.grading.draft import Draft
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.thresholds.indication import Indication, Judged
from app.clock import day, due_in_words
from app.db import LONGEST_TEXT
from app.labels import length_fault, plural
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.actions import Point, Ruling
from app.moderation.challenges.pages import (
    Panel,
    Shown,
    Step,
    as_judged,
    degree_in_words,
    names_in,
    shown,
    situation_in,
    standards_of,
)
from app.moderation.challenges.rules import CHALLENGE, decide_by, indicated_from
from app.moderation.decisions.forms import field_names, ruling_points, text_faults
from app.moderation.enums import HearingStep, Stage
from app.moderation.models import Challenge, ChallengeNote, ChallengePoint, HearingDraft, OwnView
from app.moderation.pages import assessment_of, noticed
from app.moderation.unsent import queries as unsent_queries
from app.web.pages import Filled, Page
from app.web.routing import Visit


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a decision is written from: both sides, the own view, and what was written so far."""

    challenge: Challenge
    stage: Stage
    document: ThresholdDocument
    standards: Mapping[str, Standard]
    # As the case stands now, and as it stood before anybody decided on the challenge.
    draft: Draft | None
    before: Draft | None
    views: Mapping[str, OwnView]
    kept: HearingDraft | None

    @property
    def stood(self) -> Mapping[str, StandingJudgement]:
        """Return by standard what stood before anybody decided on the challenge."""
        return self.before.standing if self.before else {}

    @property
    def said(self) -> Mapping[str, str]:
        """Return the fields that were kept."""
        return self.kept.fields if self.kept else {}

    @property
    def names(self) -> Sequence[str]:
        """Return the fields that can be kept."""
        return field_names(list(self.standards.values()))

    @property
    def path(self) -> str:
        """Return the address of the page on which it is decided."""
        return f"/challenges/{self.challenge.id}/{self.stage.verb}"

    def degree(self, code: str | None) -> str:
        """Return how much improvement a judgement says is needed, in words."""
        return degree_in_words(self.document, code)

    def judged_level(self, code: str) -> str:
        """Return the level that the audit gave to a standard, empty where it gave none."""
        return self.stood[code].level if code in self.stood else ""

    def sides(self, point: ChallengePoint) -> list[tuple[str, str, str]]:
        """Return whose each level is, as the cards of a standard show it."""
        code, row = point.standard, self.stood.get(point.standard)
        degree = self.degree(row.degree if row else None)
        found = [(self.judged_level(code), "The audit’s judgement.", degree)]
        found.append((point.claimed, "The area claims this.", ""))
        if self.stage is Stage.ADJUDICATION:
            found.append((point.decided, "Decided by the audit lead.", ""))
        if view := self.views.get(code):
            found.append((view.level, "Your own view,", day(view.at)))
        return found

    def indicated(self, points: Sequence[Point]) -> Indication | None:
        """Return what the rules indicate from decided levels, the rest as it stands."""
        return indicated_from(self.draft, {p.standard: Judged(p.level, p.degree or "") for p in points if p.level})


def hearing(visit: Visit, challenge: Challenge, stage: Stage) -> Hearing:
    """Return what the visitor writes their decision from; they have recorded their own view."""
    draft = assessment_of(visit, challenge.case)
    return Hearing(
        challenge,
        stage,
        document_of(challenge.case.audit),
        standards_of(challenge),
        draft,
        draft.before(challenge.decision) if draft else None,
        challenges_queries.own_views(visit.session, challenge, visit.viewer.id, stage),
        unsent_queries.draft(visit.session, visit.viewer, challenge.returned, HearingStep(stage)),
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decides so far, what the rules indicate from it, and what keeps it from being recorded."""

    ruling: Ruling
    indication: Indication | None
    errors: Mapping[str, str]
    # Whether the grade is another than the rules indicate, so that it has to be said why.
    departs: bool


SAY_WHY = "Say why, or change a level or the grade"
WHY_DEPARTS = "Why this departs from the rules:"


def decided(of: Hearing, said: Mapping[str, str]) -> Decided:
    """Return what fields of the page decide."""
    stood = {code: of.judged_level(code) for code in of.standards}
    points, errors = ruling_points(of.document, list(of.standards.values()), said, stood)
    grade = said.get("grade", "")
    if grade not in {level.code for level in of.document.scale}:
        errors["grade"] = "Choose the grade that shall stand"
    errors |= text_faults(said)
    indication = of.indicated(points)
    departs = indication is not None and not errors and indication.grade != grade
    why = said.get("departure", "").strip() if departs else ""
    if departs and indication:
        errors |= dict(_departure_faults(of.document, indication.grade, grade, why))
    reasons = said.get("reasons", "").strip()
    ruling = Ruling(grade, f"{reasons}\n\n{WHY_DEPARTS} {why}" if why else reasons, points)
    return Decided(ruling, indication, errors, departs)


def _departure_faults(document: ThresholdDocument, indicated: str, grade: str, why: str) -> Iterator[tuple[str, str]]:
    if not why:
        given, rules = document.label(grade), document.label(indicated)
        yield "departure", f"From these levels the rules indicate {rules}, but your grade is {given}. {SAY_WHY}"
    if wrong := length_fault("Why the grade departs", why, LONGEST_TEXT):
        yield "departure", wrong


def panel(of: Hearing, now: Decided) -> Panel:
    """Return what a decision would mean, beside what the audit judged and the area claims."""
    claimed = {p.standard: Judged(p.claimed) for p in of.challenge.points}
    claims = shown("With the levels that the area claims", indicated_from(of.before, claimed))
    if not claimed:
        claims = Shown("As the area claims", of.challenge.claimed_grade)
    grades = [as_judged(of.before, of.document, of.document.lowest.code), Shown(claims.of, claims.grade)]
    if of.challenge.decision and of.stage is Stage.ADJUDICATION:
        grades.append(Shown("As the audit lead decided", of.challenge.decision.grade))
    if claimed:
        whole = all(point.level for point in now.ruling.points)
        of_all = "With the levels that you decide" if whole else "As it stands until you have decided every level"
        grades.append(shown(of_all, now.indication))
    return Panel(of.document, grades, "", "")


def steps(of: Hearing, viewer: int, *, checking: bool = False) -> Sequence[Step]:
    """Return the steps of a decision, with their days."""
    challenge, adjudicates = of.challenge, of.stage is Stage.ADJUDICATION
    sent = ("Taken further", challenge.escalated_at) if adjudicates else ("Sent", challenge.raised_at)
    by = "by you, " if challenge.taken_by == viewer else ""
    view = next((day(v.at) for v in of.views.values()), "")
    after = f"the area then has {plural(challenge.case.audit.escalation_days, 'working day')}"
    return (
        Step(sent[0], f"{day(sent[1])}, by the head of service", "done"),
        Step("Taken on", f"{by}{day(challenge.taken_at)}", "done"),
        Step("Own view", f"{view}, before both sides were opened", "done"),
        Step("Decision", f"expected by {due_in_words(decide_by(challenge))}", "done" if checking else "here"),
        Step("Check and record", "it is final" if adjudicates else after, "here" if checking else "next"),
    )


@dataclass(frozen=True, kw_only=True)
class RulingPage(Page):
    """Decide or adjudicate: the levels side by side with whose each is, three texts of evidence, and the decision."""

    template: ClassVar[str] = "moderation/decisions/ruling.html"
    of: Hearing
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    steps: Sequence[Step]
    panel: Panel
    form: Filled
    # The grades that can stand, as options.
    grades: Sequence[tuple[str, str]]
    causes: Sequence[tuple[str, str]]
    refusal: str | None
    notes: Sequence[ChallengeNote]
    names: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """A decision as both sides will read it, and what keeps it from being recorded."""

    template: ClassVar[str] = "moderation/decisions/check.html"
    of: Hearing
    case: AuditCase
    document: ThresholdDocument
    steps: Sequence[Step]
    panel: Panel
    decided: Decided
    causes: Mapping[str, str]
    # What is recorded: the fields as they are shown here.
    sent: Mapping[str, str]
    form: Filled
    # What looks like a personal detail in it.
    remarks: Sequence[str]


def grades(of: Hearing, now: Decided) -> list[tuple[str, str]]:
    """Return the grades that can stand, saying which the rules indicate and which leaves the grade as it is."""
    indicated, stands = now.indication.grade if now.indication else "", of.challenge.case.standing_grade
    found = []
    for level in of.document.scale:
        more = ["as indicated"] * (level.code == indicated) + ["unchanged"] * (level.code == stands)
        found.append((level.code, ", ".join([level.label, *more])))
    return found


def ruling_page(visit: Visit, of: Hearing, form: Filled) -> RulingPage:
    """Return the page on which it is decided, with what is typed in it."""
    challenge, now = of.challenge, decided(of, form.values)
    return RulingPage(
        title="Decide the challenge" if of.stage is Stage.DECISION else "Adjudicate",
        of=of,
        challenge=challenge,
        case=challenge.case,
        document=of.document,
        assessment=of.draft,
        steps=steps(of, visit.viewer.id),
        panel=panel(of, now),
        form=form,
        grades=grades(of, now),
        causes=[("", "Choose why")] + [(cause.value, label) for cause, label in CAUSE_LABELS.items()],
        refusal=CHALLENGE.refusal(of.stage.verb, challenge, situation_in(visit, challenge)),
        notes=challenges_queries.notes_of(visit.session, challenge),
        names=names_in(visit, challenge),
    )


def check_page(visit: Visit, of: Hearing, said: Mapping[str, str], *, sent: bool = False) -> CheckPage:
    """Return the check of a decision; what it departs from is asked for once it was sent without a reason."""
    now = decided(of, said)
    errors = now.errors if sent else {name: text for name, text in now.errors.items() if name != "departure"}
    links, reasons = {name: f"{of.path}#{name}" for name in errors if name != "departure"}, said.get("reasons", "")
    return CheckPage(
        title="Check the decision" if of.stage is Stage.DECISION else "Check the adjudication",
        of=of,
        case=of.challenge.case,
        document=of.document,
        steps=steps(of, visit.viewer.id, checking=True),
        panel=panel(of, now),
        decided=now,
        causes={cause.value: label for cause, label in CAUSE_LABELS.items()},
        sent={name: said.get(name, "") for name in of.names if name != "departure"},
        form=Filled(said, errors, links),
        remarks=noticed({of.standards[p.standard].title: p.why for p in now.ruling.points} | {"Your reasons": reasons}),
    )
