"""The pages on which a head of service writes and checks a claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.audit.actions import situation_of_case
from app.audit.grading.draft import Draft
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.clock import day, due_in_words, today
from app.labels import plural
from app.moderation.challenges.pages import Panel, Step, as_judged, degree_in_words, shown, so_far
from app.moderation.challenges.rules import Contestable, contestable, follows_from_standards
from app.moderation.claims.forms import Claimed, claimed, field_names
from app.moderation.enums import HearingStep, ReturnState
from app.moderation.models import HearingDraft, Return
from app.moderation.pages import assessment_of, noticed
from app.moderation.returns.rules import RETURN
from app.moderation.rules import audit_still_open
from app.moderation.unsent import queries as unsent_queries
from app.web.pages import Filled, Page
from app.web.routing import Visit


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a claim is written from: the case as it stands, what can be contested, and what was written so far."""

    returned: Return
    document: ThresholdDocument
    draft: Draft | None
    offered: Sequence[Contestable]
    # Whether the grade does not follow from the standards, so that it can be contested as a whole.
    as_a_whole: bool
    kept: HearingDraft | None

    @property
    def case(self) -> AuditCase:
        """Return the case whose grade is contested."""
        return self.returned.case

    @property
    def said(self) -> Mapping[str, str]:
        """Return the fields that were kept."""
        return self.kept.fields if self.kept else {}

    @property
    def names(self) -> Sequence[str]:
        """Return the fields that can be kept."""
        return field_names(self.offered)

    def degree(self, code: str | None) -> str:
        """Return how much improvement a judgement says is needed, in words."""
        return degree_in_words(self.document, code)

    def claimed(self, said: Mapping[str, str]) -> Claimed:
        """Return what some fields claim."""
        return claimed(self.document, self.draft, self.offered, said, as_a_whole=self.as_a_whole)


def workspace(visit: Visit, returned: Return) -> Workspace:
    """Return what the visitor writes their claim from."""
    draft = assessment_of(visit, returned.case)
    follows = follows_from_standards(draft, returned.case.standing_grade)
    kept = unsent_queries.draft(visit.session, visit.viewer, returned, HearingStep.CLAIM)
    return Workspace(returned, document_of(returned.case.audit), draft, contestable(draft), not follows, kept)


def why_not(visit: Visit, returned: Return) -> str | None:
    """Return why a grade cannot be challenged now, or None."""
    situation = situation_of_case(returned.case, visit.viewer)
    if returned.state is ReturnState.OPEN and not audit_still_open(returned, situation):
        return (
            "Record the immediate review first: the children’s safety comes before the grade. Then you can challenge "
            "it."
        )
    return audit_still_open(returned, situation) or RETURN.refusal("challenge", returned, situation)


def panel(of: Workspace, now: Claimed) -> Panel:
    """Return what a claim would change."""
    below = [c for c in of.offered if c.below_best]
    unchanged = bool(now.claim.points) and now.indication and now.indication.grade == of.case.standing_grade
    note = "These levels leave the grade as it is. You can send them all the same." if unchanged else ""
    count = f"{len(now.claim.points) or 'None'} of {len(below)} below {of.document.best.label}"
    judged = as_judged(of.draft, of.document, of.case.standing_grade or "")
    return Panel(of.document, [judged, shown("With the levels that you claim", now.indication)], count, note)


def steps(of: Workspace, took: str, *, checking: bool = False) -> Sequence[Step]:
    """Return the steps of a challenge, with their days."""
    audit, returned = of.case.audit, of.returned
    decided = took or f"expected {plural(audit.decision_days, 'working day')} after you send it"
    over = returned.challenge_due < today()
    until = (
        f"was possible until {day(returned.challenge_due)}" if over else f"until {due_in_words(returned.challenge_due)}"
    )
    return (
        Step("Reviewed", day(returned.reviewed_at), "done"),
        Step("What you contest", until, "done" if checking else "here"),
        Step("Check and send", "once for this grade", "here" if checking else "next"),
        Step("Decision", decided, "next" if checking else "later"),
        Step("Final", f"or to the director within {plural(audit.escalation_days, 'working day')}"),
    )


@dataclass(frozen=True, kw_only=True)
class WorkspacePage(Page):
    """What was judged, what is claimed instead, and what that would change."""

    template: ClassVar[str] = "moderation/claims/workspace.html"
    of: Workspace
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    steps: Sequence[Step]
    panel: Panel
    form: Filled
    # When somebody else of the area wrote at a challenge of the same grade.
    another: datetime | None
    refusal: str | None
    # Where nothing can be sent any more: what the visitor had written.
    written: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """A claim as whoever decides will read it, and what keeps it from being sent."""

    template: ClassVar[str] = "moderation/claims/check.html"
    of: Workspace
    case: AuditCase
    document: ThresholdDocument
    steps: Sequence[Step]
    panel: Panel
    claimed: Claimed
    standards: Mapping[str, Standard]
    # What is sent: the fields as they are shown here.
    sent: Mapping[str, str]
    form: Filled
    # What looks like a personal detail in it.
    remarks: Sequence[str]
    refusal: str | None


def workspace_page(visit: Visit, of: Workspace, form: Filled) -> WorkspacePage:
    """Return the workspace, with what is typed in it."""
    refusal = why_not(visit, of.returned)
    return WorkspacePage(
        title="Challenge the grade",
        of=of,
        case=of.case,
        document=of.document,
        assessment=of.draft,
        steps=steps(of, so_far(visit.session, of.case.audit)),
        panel=panel(of, of.claimed(form.values)),
        form=form,
        another=unsent_queries.another_claims(visit.session, visit.viewer, of.returned),
        refusal=refusal,
        written=written(of) if refusal else {},
    )


def check_page(visit: Visit, of: Workspace) -> CheckPage:
    """Return the check of what the visitor has written."""
    now = of.claimed(of.said)
    links = {name: f"/cases/{of.case.id}/challenge#{_place(of, name)}" for name in now.errors}
    return CheckPage(
        title="Check the challenge",
        of=of,
        case=of.case,
        document=of.document,
        steps=steps(of, so_far(visit.session, of.case.audit), checking=True),
        panel=panel(of, now),
        claimed=now,
        standards={c.standard.code: c.standard for c in of.offered},
        sent={name: of.said.get(name, "") for name in of.names},
        form=Filled({}, now.errors, links),
        remarks=noticed(written(of)),
        refusal=why_not(visit, of.returned),
    )


def _place(of: Workspace, name: str) -> str:
    return place_of_nothing(of) if name == "nothing" else name


def place_of_nothing(of: Workspace) -> str:
    """Return the field to look at where nothing is contested: the first card."""
    return next((f"{c.standard.code}-level" for c in of.offered if c.below_best), "summary")


def written(of: Workspace) -> Mapping[str, str]:
    """Return by their labels the texts that were kept."""
    labels = {f"{c.standard.code}-why": f"{c.standard.title}: evidence in the file" for c in of.offered}
    labels["summary"] = "Why should the grade change?"
    return {label: of.said[name] for name, label in labels.items() if of.said.get(name)}
