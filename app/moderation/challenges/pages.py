"""What several pages of a challenge show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from app.audit.grading.draft import Draft
from app.audit.library.queries import document_of
from app.audit.models import Audit, Decision
from app.audit.queries import names
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.thresholds.indication import Indication, Judged
from app.clock import day
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import CHALLENGE, ChallengeKnown, indicated_from, nobody_else_has_it, took
from app.moderation.enums import STAGES
from app.moderation.models import Challenge
from app.moderation.pages import assessment_of
from app.web.routing import Visit
from app.workflow import Situation

TAKING = ("take", "let_go", "take_over")


@dataclass(frozen=True, slots=True)
class Taking:
    """Who has taken a challenge on, in words for whoever looks, and what they can do about that now."""

    said: str
    take: bool
    let_go: bool
    take_over: bool
    # For those who may decide, where somebody else has it.
    refusal: str


def taking(challenge: Challenge, situation: Situation[ChallengeKnown]) -> Taking:
    """Return who has taken a challenge on: by name only for those who may decide it themselves."""
    can = {o.transition.name for o in CHALLENGE.offers(challenge, situation) if not o.refusal}
    stage, holder = STAGES.get(challenge.state), situation.known.holder
    decides = stage is not None and CHALLENGE.barred(stage.verb, challenge, situation) is None
    who = f", by {'you' if holder.id == situation.viewer.id else holder.name}" if holder and decides else ""
    said = f"{day(challenge.taken_at)}{who}" if stage and challenge.taken_at else ""
    refusal = nobody_else_has_it(challenge, situation) if decides else None
    return Taking(said, "take" in can, "let_go" in can, "take_over" in can, refusal or "")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a hearing: what, when, and whether it is done, where one is, next, or later."""

    name: str
    when: str
    state: Literal["done", "here", "next", "later"] = "later"


@dataclass(frozen=True, slots=True)
class Shown:
    """A grade in the panel beside a hearing: what it is of, by which rule, and what was measured; empty: none yet."""

    of: str
    grade: str
    because: str = ""
    measures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """What a claim or a decision would change, as it stands beside it.

    `contested` says how many standards are, `note` what else there is to know; each is empty where there is nothing.
    """

    document: ThresholdDocument
    grades: Sequence[Shown]
    contested: str
    note: str


def shown(of: str, indication: Indication | None) -> Shown:
    """Return what the rules indicate as the panel shows it."""
    if indication is None:
        return Shown(of, "", "No grade is indicated until every standard has a level and a degree of improvement.")
    return Shown(of, indication.grade, indication.because, indication.measures)


def degree_in_words(document: ThresholdDocument, degree: str | None) -> str:
    """Return how much improvement a judgement says is needed, as it stands behind whose judgement it is."""
    if not degree:
        return "Improvement needed: not recorded"
    label = document.degree_label(degree)
    none = document.improvement_degrees[0].code
    return label if degree == none else f"Improvement needed: {label.lower()}"


def as_judged(draft: Draft | None, document: ThresholdDocument, grade: str) -> Shown:
    """Return the grade that the audit gave, with the rule from which it follows or departs."""
    now = indicated_from(draft, {})
    if now is None or now.grade == grade:
        return Shown("As the audit judged", grade, now.because if now else "")
    return Shown(
        "As the audit judged", grade, f"This departs from the rules, which indicate {document.label(now.grade)}."
    )


def so_far(session: Session, audit: Audit) -> str:
    """Return how long the decisions of an audit took so far; empty before there are enough to say it."""
    return took(challenges_queries.days_taken(session, audit))


def standards_of(challenge: Challenge) -> dict[str, Standard]:
    """Return the contested standards, by code."""
    document = document_of(challenge.case.audit)
    return {p.standard: document.standard(p.standard) for p in challenge.points}


def situation_in(visit: Visit, challenge: Challenge) -> Situation[ChallengeKnown]:
    """Return the situation in which the visitor acts on a challenge."""
    return challenges_actions.situation_of_challenge(visit.session, challenge, visit.viewer)


def indicated_by(
    visit: Visit, challenge: Challenge, ruled: Mapping[str, Judged], *, before: Decision | None = None
) -> Indication | None:
    """Return the grade that the rules indicate from what a decision says of the contested standards.

    The others count as they stand, or as they stood before a decision that was made already.
    """
    stands = assessment_of(visit, challenge.case)
    return indicated_from(stands.before(before) if stands else None, ruled)


def stood_before(visit: Visit, challenge: Challenge) -> Mapping[str, StandingJudgement]:
    """Return by standard what stood before anybody decided on a challenge."""
    draft = assessment_of(visit, challenge.case)
    return draft.before(challenge.decision).standing if draft else {}


def names_in(visit: Visit, challenge: Challenge) -> dict[int, str]:
    """Return the names of those who graded, raised, escalated and decided."""
    decided = [d.by_id for d in (challenge.decision, challenge.adjudication) if d]
    auditor = assessment_of(visit, challenge.case)
    ids = {
        challenge.case.auditor_id,
        challenge.raised_by,
        challenge.escalated_by,
        *decided,
        auditor.assessment.author_id if auditor else None,
    }
    return names(visit.session, frozenset(i for i in ids if i))
