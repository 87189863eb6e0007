"""What a person was told, as their work says it behind sign-in: which case, what came of it, and where it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.audit.enums import STANDS_LABELS
from app.audit.library.queries import document_of
from app.audit.models import AuditCase, Benchmark
from app.clock import day
from app.events import Event
from app.moderation.enums import Outcome
from app.notices.enums import WORDS, Kind
from app.notices.models import Notice
from app.notices.queries import Told, news
from app.people.rules import Viewer
from app.web.routing import Visit


@dataclass(frozen=True, slots=True)
class News:
    """One thing that a person was told; `link` is empty where there is nothing to open."""

    words: str
    link: str
    at: datetime
    seen: bool
    audit: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about: its case, which the person may open, and what happened, if one event was it."""

    case: AuditCase
    event: Event | None
    second: Benchmark | None

    @property
    def name(self) -> str:
        """Return what the case is called."""
        return f"Case {self.case.case_ref}, {self.case.area}"

    def label(self, grade: object) -> str:
        """Return a grade in words."""
        return document_of(self.case.audit).label(str(grade))


def _ruled(of: About) -> str:
    """Return what a decision on a challenge did to the grade."""
    details = of.event.details if of.event else {}
    if "outcome" not in details:
        return ""
    kept = details["outcome"] == Outcome.UNCHANGED
    return f": {'the grade stays' if kept else 're-graded to'} {of.label(details['grade'])}"


def _resolved(of: About) -> str:
    """Return what became of a grade when its difference to a second one was resolved."""
    details = of.event.details if of.event else {}
    if "grade" not in details:
        return ""
    kept = details["grade"] == details["before"]
    return f": {'the grade stays' if kept else 're-graded to'} {of.label(details['grade'])}"


def _settled(of: About) -> str:
    name = of.event.name if of.event else ""
    if name == "benchmark_resolved":
        return f"{of.name}: your grade and a second one differed{_resolved(of)}"
    how = "adjudicated" if name == "challenge_adjudicated" else "decided"
    return f"{of.name}: the challenge of your grade was {how}{_ruled(of)}"


def _second(of: About) -> str:
    outcome = STANDS_LABELS[of.second.outcome] if of.second and of.second.outcome else "it is resolved"
    return f"{of.name}: your second grade differed from the first; {outcome}"


# By kind, what is said of the case and where it is read; what is not here is about no single case.
SAID: Mapping[Kind, tuple[Callable[[About], str], str]] = {
    Kind.REVIEW: (lambda of: f"{of.name} came back for immediate review", "/cases/{case}"),
    Kind.REVIEW_SOON: (lambda of: f"{of.name}: its immediate review has not been recorded yet", "/cases/{case}"),
    Kind.REVIEW_LATE: (lambda of: f"{of.name}: its immediate review is overdue", "/cases/{case}"),
    Kind.RETURN_UNREAD: (
        lambda of: f"{of.name}: nobody of the area has opened this returned case for a working day",
        "/cases/{case}",
    ),
    Kind.RETURN_WITHDRAWN: (lambda of: f"{of.name} no longer waits for its review", "/cases/{case}"),
    Kind.CHALLENGE: (lambda of: f"{of.name}: the area challenges the grade", "/cases/{case}"),
    Kind.DECISION: (lambda of: f"{of.name}: your challenge was decided{_ruled(of)}", "/challenges/{subject}"),
    Kind.ESCALATION: (lambda of: f"{of.name}: a challenge was taken to the director", "/challenges/{subject}"),
    Kind.ADJUDICATION: (lambda of: f"{of.name}: the challenge was adjudicated{_ruled(of)}", "/challenges/{subject}"),
    Kind.GRADE_CHALLENGED: (lambda of: f"{of.name}: the area challenges your grade", "/cases/{case}"),
    Kind.GRADE_SETTLED: (_settled, "/cases/{case}"),
    Kind.SECOND_SETTLED: (_second, "/second-grades"),
    Kind.CONCERN: (lambda of: f"{of.name}: an urgent safeguarding concern", "/concerns/{subject}"),
    Kind.CONCERN_LATE: (lambda of: f"{of.name}: the next step of a concern is overdue", "/cases/{case}"),
    Kind.CONCERN_NEWS: (lambda of: f"{of.name}: something was done about your concern", "/concerns/{subject}"),
    Kind.REPLACEMENT_ASKED: (lambda of: f"{of.name}: somebody asks to replace it", "/cases/{case}/replacement/answer"),
    Kind.REPLACEMENT_ANSWERED: (lambda of: f"{of.name}: your request to replace it was answered", "/cases/{case}"),
    Kind.TIME_EXTENDED: (lambda of: f"{of.name}: your area has more time", "/cases/{case}"),
    Kind.AREA_REMINDED: (lambda of: f"{of.name}: the audit lead reminds your area", "/cases/{case}"),
    Kind.DIFFERENCE: (lambda of: f"{of.name}: two grades differ", "/benchmarks/{subject}"),
}
# Where it is read that many cases were given or taken, or that an audit has ended.
GENERAL = {Kind.CASES_GIVEN: "/cases", Kind.SECONDS_GIVEN: "/second-grades", Kind.PACK_READY: "/areas"}
GENERAL |= {Kind.PROBLEM_REPORTED: "/page-problems", Kind.PROBLEM_ANSWERED: "/page-problems"}
# What is about no audit.
OF_NO_AUDIT = {"/second-grades", "/page-problems"}


def news_of(visit: Visit, viewer: Viewer) -> list[News]:
    """Return what the person was told in two weeks, newest first, each line naming its case where they may open it."""
    return [_line(told) for told in news(visit.session, viewer)]


def _line(told: Told) -> News:
    notice, case, event = told.notice, told.case, told.event
    if case is None or notice.kind not in SAID:
        return News(notice.words, _general(notice, event), notice.at, notice.seen_at is not None)
    say, link = SAID[notice.kind]
    if event is None and "{subject}" in link:
        link = "/cases/{case}"
    due = f". {WORDS[notice.kind].due.format(day=day(notice.due))}" if notice.due else ""
    there, audit = link.format(case=case.id, subject=event.subject_id if event else ""), case.audit.name
    return News(f"{say(About(case, event, told.second))}{due}", there, notice.at, notice.seen_at is not None, audit)


def _general(notice: Notice, event: Event | None) -> str:
    ref = event.audit_ref if event else notice.about.partition(" ")[0]
    page = GENERAL.get(notice.kind, "")
    return page if page in OF_NO_AUDIT else f"/audits/{ref}{page}" if page else ""
