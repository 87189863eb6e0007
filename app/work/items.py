"""What waits for somebody on ‘Your work’.

The one shape, and what comes from returned cases, challenges, benchmarks, reports and area packs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten

from app.audit import queries as audit_queries
from app.audit.actions import situation_of_case
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import LAW_TYPE_SHORT, AuditState, BenchmarkState, LawType
from app.audit.library import queries as library_queries
from app.audit.models import Audit, AuditCase
from app.audit.rules import AUDIT, SIGNERS
from app.clock import add_working_days, today
from app.clock import day as in_words
from app.labels import listed
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.actions import situation_of_challenge
from app.moderation.challenges.duties import nobody_left
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.differences.actions import situation_of_difference
from app.moderation.enums import Deadline
from app.moderation.models import Extension, Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import RETURN
from app.people.enums import Role
from app.people.rules import Viewer, area_key
from app.report.document.queries import open_revision
from app.report.packs import queries as pack_queries
from app.report.packs.document import address
from app.report.publication import actions as publishing
from app.web.routing import Visit
from app.workflow import Known, Situation, Thing, Workflow

# So many working days before an action of an improvement plan is due it is among its head's work.
PLAN_AHEAD = 10
LONGEST_WHY = 120


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for somebody: what, where, why, and by when."""

    name: str
    link: str
    why: str
    due: date | None = None
    urgent: bool = False
    since: datetime | None = None
    # An urgent safeguarding concern comes before whatever else is urgent.
    first: bool = False

    @property
    def overdue(self) -> bool:
        """Say whether the day by which it was due has passed."""
        return self.due is not None and self.due < today()


def returns(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that are back with the person's areas, and the further actions that wait there."""
    if not viewer.areas(Role.HEAD_OF_SERVICE):
        return
    waiting = returns_queries.returns_waiting(visit.session, viewer)
    extended = returns_queries.extensions(visit.session, waiting)
    for returned in waiting:
        name, link = f"Case {returned.case.case_ref}, {returned.case.area}", f"/cases/{returned.case_id}"
        can = possible(RETURN, returned, situation_of_case(returned.case, viewer))
        if "review" in can:
            why = f"Record the immediate review of a case graded {lowest(returned.case)}"
            if returned.case.area in viewer.standing_in:
                why += f": no head of service is named for {returned.case.area}"
            why += _reminded(returned) + _more_time(extended.get((returned.id, Deadline.REVIEW)))
            yield Item(name, f"{link}/review", why, returned.review_due, urgent=True)
        elif "challenge" in can:
            why = "Reviewed: accept or challenge the grade" + _more_time(
                extended.get((returned.id, Deadline.CHALLENGE))
            )
            yield Item(name, link, why, returned.challenge_due)
        elif "accept" in can:
            yield Item(name, link, "Reviewed: accept the grade")
    for returned in returns_queries.actions_outstanding(visit.session, viewer):
        why = f"Further action to be done by {returned.action_who}{_reminded(returned)}"
        name = f"Case {returned.case.case_ref}, {returned.case.area}"
        yield Item(name, f"/returns/{returned.id}/action", why, returned.action_by, urgent=True)


def _reminded(returned: Return) -> str:
    """Say that the lead reminded the area of what is late now; a reminder of the review goes with the review."""
    at, reviewed = returned.reminded_at, returned.reviewed_at
    return f". The audit lead reminded you on {in_words(at)}" if at and not (reviewed and reviewed >= at) else ""


def _more_time(extension: Extension | None) -> str:
    return f". The audit lead gave more time, until {in_words(extension.until)}" if extension else ""


def possible(workflow: Workflow[Thing, Known], thing: Thing, situation: Situation[Known]) -> frozenset[str]:
    """Return the moves that somebody can make now."""
    return frozenset(offer.transition.name for offer in workflow.offers(thing, situation) if not offer.refusal)


def lowest(case: AuditCase) -> str:
    """Return how the lowest grade of a case is called."""
    return library_queries.document_of(case.audit).lowest.label


def challenges(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the challenges on which this person acts next."""
    for challenge in challenges_queries.challenges_waiting(visit.session, viewer):
        name, link = f"Case {challenge.case.case_ref}, {challenge.case.area}", f"/challenges/{challenge.id}"
        can = possible(CHALLENGE, challenge, situation_of_challenge(visit.session, challenge, viewer))
        if "decide" in can:
            yield Item(name, f"{link}/decide", "Decide the challenge", since=challenge.raised_at)
        elif "adjudicate" in can:
            yield Item(name, f"{link}/adjudicate", "Adjudicate", since=challenge.escalated_at)
        elif "escalate" in can:
            more = returns_queries.extensions(visit.session, [challenge.returned]).get(
                (challenge.return_id, Deadline.ESCALATION)
            )
            yield Item(
                name,
                link,
                "Challenge decided: accept it or take it further" + _more_time(more),
                challenge.escalation_due,
            )
        elif "accept" in can:
            yield Item(name, link, "Challenge decided: accept the decision")
        elif viewer.has(Role.LEAD, Role.DIRECTOR, audit=challenge.case.audit.ref) and (
            nobody := nobody_left(visit.session, challenge)
        ):
            yield Item(name, f"/cases/{challenge.case_id}/duties", f"A challenge waits. {nobody}", urgent=True)
    for challenge in (
        challenges_queries.challenges_to_note(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ()
    ):
        if not challenges_queries.notes_of(visit.session, challenge):
            yield Item(
                f"Case {challenge.case.case_ref}",
                f"/challenges/{challenge.id}/note",
                "Your grade is challenged: add a note, if you want to",
            )


def benchmarks(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what the person has to grade a second time, mixed by chance, and the differences that they can resolve."""
    for benchmark in benchmark_queries.benchmarks_to_do(visit.session, viewer):
        case, begun = benchmark.case, benchmark.state is BenchmarkState.IN_PROGRESS
        why = (
            f"{'Go on with the second grade' if begun else 'Grade a second time'}: "
            f"{LAW_TYPE_SHORT[LawType(case.law_type)]}, {case.area}"
        )
        yield Item(f"Case {case.case_ref}", f"/cases/{case.id}/benchmark", why)
    for benchmark in (
        benchmark_queries.differences_to_resolve(visit.session, viewer)
        if viewer.holds(Role.LEAD, Role.DIRECTOR)
        else ()
    ):
        if "resolve" in possible(BENCHMARK, benchmark, situation_of_difference(visit.session, benchmark, viewer)):
            yield Item(
                f"Case {benchmark.case.case_ref}, {benchmark.case.area}",
                f"/benchmarks/{benchmark.id}",
                "Two grades differ: resolve it",
            )


def reports(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the reports that this person has yet to sign off.

    And those that both have signed off and that they can publish.
    """
    for audit in audit_queries.audits(visit.session, viewer) if viewer.holds(*SIGNERS) else ():
        revision = open_revision(visit.session, audit) if audit.state is AuditState.PUBLISHED else None
        if (audit.state is not AuditState.FINALISED and revision is None) or not viewer.has(*SIGNERS, audit=audit.ref):
            continue
        situation = publishing.situation_of_signing(visit.session, audit, viewer)
        if any(publishing.why_not_signed(role, situation) is None for role in SIGNERS):
            why = "A revision of the report is begun: sign it off" if revision else "Read the report and sign it off"
            yield Item(
                audit.name,
                f"/audits/{audit.ref}/report{'/making' if revision else ''}",
                f"{why}, so that it can be published",
            )
        elif AUDIT["publish"].is_for(viewer, audit.ref) and not situation.known.unsigned:
            yield Item(audit.name, f"/audits/{audit.ref}/report/making", "Both have signed the report off: publish it")


def packs(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the packs of the person's areas that they have not opened.

    And the actions of their improvement plans that are near or late.
    """
    if not viewer.areas(Role.HEAD_OF_SERVICE) or audit_queries.is_grading(visit.session, viewer):
        return
    for audit, area in pack_queries.packs_of_head(visit.session, viewer, unopened=True):
        yield Item(
            f"{audit.name}, {area}",
            address(audit, area),
            "Read your area’s pack, and start its improvement plan",
            since=audit.finalised_at,
        )
    for action in pack_queries.improvements_due(visit.session, viewer, add_working_days(today(), PLAN_AHEAD)):
        link = f"{address(action.audit, action.area)}/plan/{action.id}/done"
        why = f"To be done by {action.who}: {shorten(action.what, LONGEST_WHY, placeholder='…')}"
        yield Item(f"Improvement plan of {action.area}", link, why, action.by_when)


def packs_to_follow(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the packs of the person's areas, those of one audit as one."""
    by_audit: dict[int, tuple[Audit, list[str]]] = {}
    for audit, area in (
        () if audit_queries.is_grading(visit.session, viewer) else pack_queries.packs_of_head(visit.session, viewer)
    ):
        by_audit.setdefault(audit.id, (audit, []))[1].append(area)
    for audit, areas in by_audit.values():
        there = address(audit, areas[0]) if len(areas) == 1 else f"/audits/{audit.ref}/areas"
        yield Item(
            f"Pack of {areas[0]}" if len(areas) == 1 else f"Packs of {listed(sorted(areas, key=area_key))}",
            there,
            audit.name,
        )
