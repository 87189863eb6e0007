"""Routes of your work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.enums import AUDIT_STATE_LABELS, AuditState
from app.audit.rehearsals import is_named_as_one
from app.audit.staff import queries as staff_queries
from app.installation.problems import queries as problem_queries
from app.labels import out_of, plural
from app.moderation.concerns import queries as concerns_queries
from app.moderation.enums import CONCERN_STATE_LABELS
from app.notices.queries import parked
from app.people.enums import Role
from app.people.rules import Viewer
from app.report.queries import may_read_report
from app.web.pages import Page
from app.web.routing import Router, Visit, signed_in
from app.work.audits.stages import GRADED, sees_progress
from app.work.first_run.lines import Line, still_to_do
from app.work.home.audit import (
    benchmarks,
    corrections,
    drafts_to_do,
    gone,
    grading,
    interests,
    own_grades,
    own_seconds,
    preparing,
    reminders,
    replacements,
    stages_to_do,
    whole_lists,
)
from app.work.home.items import Item
from app.work.home.moderation import areas_without_head, challenges, concerns, pending, returns, unread, unsafe
from app.work.home.news import News, news_of
from app.work.home.report import packs, packs_to_follow, reports
from app.work.home.roles import asked_to_deputise, ends_soon, leaving
from app.work.home.supervision import agreed, areas, own_cases, proposed, questioned, team_cases

router = Router()


@dataclass(frozen=True, kw_only=True)
class WorkPage(Page):
    """What waits for a person, then what they follow."""

    template: ClassVar[str] = "work/home/work.html"
    items: Sequence[Item]
    more: int
    whole_lists: Sequence[Item]
    follows: Sequence[Item]
    nothing: Sequence[str]
    news: Sequence[News]
    # What an installation needs before its first audit, for an administrator until all of it is there.
    start: Sequence[Line]
    # Whether what waits is of more than one audit, so that each row has to say which.
    several: bool


# So many things are shown at once.
SHOWN = 30


def _rank(of: Item) -> tuple[bool, bool, date]:
    return not of.first, not of.urgent, of.due or (of.since.date() if of.since else date.max)


@router.get("/", signed_in)
def your_work(visit: Visit, viewer: Viewer) -> Response:
    """Show what waits for the person."""
    # First, so that what waits of an audit finds it at hand.
    audit_queries.audits(visit.session, viewer)
    waiting = (item for kind in KINDS for item in kind(visit, viewer))
    # What waits in a rehearsal waits on its own page.
    items = sorted((item for item in waiting if not is_named_as_one(item.audit)), key=_rank)
    more = max(0, len(items) - SHOWN)
    page = WorkPage(
        title="Your work",
        items=items[:SHOWN],
        more=more,
        whole_lists=list(whole_lists(visit, viewer)) if more else [],
        follows=[item for item in _follows(visit, viewer) if not is_named_as_one(item.audit)],
        nothing=list(_nothing(viewer)),
        news=news_of(visit, viewer),
        start=still_to_do(visit, viewer),
        several=len({item.audit for item in items if item.audit}) > 1,
    )
    return visit.render(page)


def _mail(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    count = len(parked(visit.session)) if viewer.holds(Role.ADMINISTRATOR) else 0
    if count:
        yield Item(
            "Email",
            "/admin/mail",
            f"{plural(count, 'message was', 'messages were')} given up: see why, and tell the people in another way",
        )


def _problems(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    if count := problem_queries.waiting(visit.session, viewer):
        why = f"{plural(count, 'report waits', 'reports wait')} for an answer"
        yield Item("Problems with pages", "/page-problems", why)


def _follows(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    yield from pending(visit, viewer)
    yield from own_grades(viewer)
    yield from own_seconds(visit, viewer)
    for concern in concerns_queries.concerns_raised_by(visit.session, viewer):
        if concern.case.audit.rehearsal:
            continue
        yield Item(
            f"Your concern about case {concern.case.case_ref}",
            f"/concerns/{concern.id}",
            CONCERN_STATE_LABELS[concern.state],
        )
    yield from packs_to_follow(visit, viewer)
    yield from areas(visit, viewer)
    for audit in audit_queries.audits(visit.session, viewer):
        if may_read_report(viewer, audit):
            there = f"/reports/{audit.ref}" if audit.state is AuditState.PUBLISHED else f"/audits/{audit.ref}/report"
            yield Item(audit.name, there, f"{AUDIT_STATE_LABELS[audit.state]}: read the report")
        elif audit.state is not AuditState.WITHDRAWN:
            counts = staff_queries.tallies(visit.session, viewer)[0][audit.id].states
            graded = sum(counts.get(s, 0) for s in GRADED)
            shown = (
                f": {out_of(graded, sum(counts.values()), 'case')} graded"
                if counts and sees_progress(viewer, audit)
                else ""
            )
            yield Item(audit.name, f"/audits/{audit.ref}", AUDIT_STATE_LABELS[audit.state] + shown)


# What will appear on an empty page, and when.
NOTHING = {
    Role.IMPROVEMENT_MANAGER: (
        "Cases that an audit lead allocates to you for grading will appear here when fieldwork opens."
    ),
    Role.HEAD_OF_SERVICE: (
        "A case of your area that is graded at the lowest level will appear here at once, for your immediate review."
    ),
    Role.LEAD: "Challenges that you can decide, and the next step of each audit that you lead, will appear here.",
    Role.DIRECTOR: (
        "Challenges that a head of service takes further, and audits ready to be published, will appear here."
    ),
    Role.ASSISTANT_DIRECTOR: "Audits whose framework waits for your agreement will appear here.",
    Role.ANALYST: "Audits that wait for their list of filings will appear here once the framework is agreed.",
    Role.IMPROVEMENT_ASSISTANT: (
        "Cases that you can prepare for grading will appear here when fieldwork opens. Each audit’s page says how far "
        "the grading is."
    ),
    Role.BENCHMARKER: "Cases that you are asked to grade a second time will appear here.",
    Role.READER: "Reports appear here when the national service director publishes them.",
    Role.PRACTITIONER: (
        "An audited case of yours will appear here once its audit is final. You then read what was found, and say what "
        "you think."
    ),
    Role.SERVICE_MANAGER: "Audited cases of your team will appear here once they are final.",
    Role.ADMINISTRATOR: "People and their roles are on the ‘People’ page; every act is on the ‘Log’ page.",
}


def _nothing(viewer: Viewer) -> Iterator[str]:
    for role, sentence in NOTHING.items():
        if viewer.holds(role):
            yield sentence
    if not viewer.grants:
        yield "You have no role yet. An administrator gives roles."


KINDS = (
    concerns,
    unsafe,
    unread,
    gone,
    reminders,
    interests,
    replacements,
    returns,
    areas_without_head,
    ends_soon,
    leaving,
    asked_to_deputise,
    challenges,
    packs,
    reports,
    stages_to_do,
    drafts_to_do,
    corrections,
    grading,
    benchmarks,
    preparing,
    own_cases,
    team_cases,
    questioned,
    proposed,
    agreed,
    _mail,
    _problems,
)
