"""The live audit of the demonstration, with cases in every state."""

import csv
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.allocation import actions as allocating
from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.commission import actions as commission_actions
from app.audit.enums import AuditKind
from app.audit.evidence.actions import list_document
from app.audit.filings import actions as filings_actions
from app.audit.filings.actions import allowed_in, import_frame
from app.audit.framework import Commission
from app.audit.grading import actions as grading
from app.audit.grading.draft import draft_of
from app.audit.library import queries as library_queries
from app.audit.models import Assessment, Audit, AuditCase, Load
from app.audit.preparation.actions import prepare
from app.audit.sample.actions import draw_for
from app.audit.staff import actions as staffing
from app.clock import add_working_days, clock, is_working_day, today
from app.demo.answers import DOCUMENTS, fact_answers, judged, judgements, themes
from app.demo.cast import WINDOW
from app.moderation.challenges import actions as challenges_actions
from app.moderation.concerns import actions as concerns_actions
from app.moderation.enums import FurtherAction
from app.moderation.models import Challenge, Return
from app.moderation.own_views import actions as deciding
from app.moderation.returns import actions as returns_actions
from app.moderation.returns import queries as returns_queries
from app.moderation.submission import actions as submission_actions
from app.people.rules import Viewer
from app.sampling.reading import read_frame
from app.sampling.receipt import Seed
from app.web.merging import mark

T = TypeVar("T")
LIVE = "NA-DEMO"
# The cases of the live audit are other cases than those of 2014, with references of another kind.
FIRST_REFERENCE = 4_100_000
SEED = "8842 1907 3356 0241 7719"
WITNESSES = ("Hedda Lowell, head of audit of another service", "Tomas Reyne, staff representative")


# Somebody's way through the audit: it names the moment of its next act, and acts when that has come.
Story = Generator[datetime, None, T]


def tell(stories: Iterable[Story[Any]]) -> None:
    """Let stories happen side by side, every act of all of them in the order of time."""
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapify(waiting)
    while waiting:
        now, number, story = heappop(waiting)
        clock.set(now)
        following = next(story, None)
        if following is not None:
            # Two acts that a weekend pushes onto the same Friday keep their order.
            heappush(waiting, (max(following, now + timedelta(minutes=1)), number, story))


DEPARTURE = "Good on paper, but two of the points would have changed the advice in a harder case."


# What the new audit is compared with.
BEFORE = {
    "id": "2013-09.good.overall",
    "measure": "good",
    "scope": "overall",
    "scope_value": None,
    "value": 49,
    "when": "2013-09",
    "kind": "previous_audit",
}


def two_months_before(day: date) -> tuple[date, date]:
    """Return the first and the last day of the two whole months before a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return (last.replace(day=1) - timedelta(days=1)).replace(day=1), last


def moved(filings: str, window: tuple[date, date]) -> str:
    """Return the filings of 2014 as filings of another window, on working days, with references of their own."""
    days = (window[1] - window[0]).days / (WINDOW[1] - WINDOW[0]).days
    lines = list(csv.DictReader(StringIO(filings)))
    for line in lines:
        there = (date.fromisoformat(line["filing_date"]) - WINDOW[0]).days
        day = window[0] + timedelta(days=round(there * days))
        while not is_working_day(day):
            day += timedelta(days=1 if day < window[0] + timedelta(days=7) else -1)
        line["filing_date"] = day.isoformat()
        line["case_id"] = f"N{int(line['case_id'].removeprefix('C2014-')) + FIRST_REFERENCE:07d}"
    out = StringIO()
    writer = csv.DictWriter(out, lines[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


class LiveAudit:
    """Builds the live audit with the same actions that its people would use."""

    def __init__(self, session: Session, cast: dict[str, Viewer], data: Path) -> None:
        self.session, self.cast, self.data = session, cast, data
        clock.set(None)
        self.today = today()
        self.window = two_months_before(self.at(35).date())

    def at(self, days_ago: int, hour: int = 10) -> datetime:
        """Return an hour of a working day, this many days ago or just before."""
        day = self.today - timedelta(days=days_ago)
        while day.weekday() > 4:  # noqa: PLR2004 - work is done on weekdays
            day -= timedelta(days=1)
        return datetime.combine(day, time(hour), UTC)

    def start(self) -> None:
        """Bring the audit as far as its fieldwork."""
        audit = self.commissioned()
        clock.set(self.at(26))
        # Somebody works part of the time, and somebody knows an area too well.
        part, close, lead = self.cast["manager9"], self.cast["manager3"], self.cast["lead"]
        whole = mark(staffing.stored_time(None))
        staffing.set_time(
            self.session,
            audit,
            part.id,
            Load(share=60),
            served=whole,
            by=lead,
        )
        staffing.declare_interest(
            self.session, close.id, staffing.Declared("Managed a team there until the spring.", area="A7"), by=close.id
        )
        managers = [self.cast[name] for name in self.cast if name.startswith("manager")]
        allocating.allocate_cases(self.session, audit, auditors=[m.id for m in managers], by=self.cast["lead"])
        self.viewers = {m.id: m for m in managers}
        self.document = library_queries.document_of(audit)
        self.free = list(
            self.session.scalars(select(AuditCase).where(AuditCase.audit_id == audit.id).order_by(AuditCase.ticket))
        )

    def work(self) -> None:
        """Let everybody do their part of the fieldwork."""
        tell([*self.stories(), *self.others(), *self.seconds()])

    def commissioned(self) -> Audit:
        """Commission the audit, agree its framework, import and lock its list, and draw its sample."""
        session, cast = self.session, self.cast
        clock.set(self.at(45))
        audit = commission_actions.commission(session, self._wanted(), by=cast["director"].id)
        clock.set(self.at(42))
        commission_actions.agree_framework(session, audit, by=cast["assistant.director"])
        clock.set(self.at(35))
        filings = (self.data / "november-2014" / "frame.csv").read_text()
        reading = read_frame(BytesIO(moved(filings, self.window).encode()), allowed_in(session, audit))
        import_frame(session, audit, reading, file_name=f"filings-{self.window[1]:%Y-%m}.csv", by=cast["analyst"].id)
        clock.set(self.at(34, 9))
        filings_actions.lock_list(session, audit, by=cast["lead"].id)
        clock.set(self.at(33, 14))
        seed = Seed(SEED, "Ten-sided dice, thrown in public", clock.now().isoformat(), WITNESSES)
        draw_for(session, audit, seed=seed, by=cast["lead"])
        return audit

    def _wanted(self) -> Commission:
        return Commission(
            ref=LIVE,
            name="National audit (demonstration)",
            kind=AuditKind.NATIONAL,
            purpose="A midway review of progress towards 60% of casework at Good and at most 14% at Not Met.",
            window_from=self.window[0],
            window_to=self.window[1],
            law_types=["public", "wafh", "wtfh"],
            bands=["B1", "B2", "B3", "B4"],
            fraction="1/2",
            good_target=60,
            not_met_target=14,
            threshold_id=library_queries.threshold(self.session, "national-casework", "2026.1").id,
            grade_by=add_working_days(self.today, 8),
            comparators=[BEFORE],
        )

    def case_of(self, area: str) -> AuditCase:
        """Take the next case of an area that is in no story yet."""
        case = next(c for c in self.free if c.area == area)
        self.free.remove(case)
        return case

    def stories(self) -> Iterator[Story[Any]]:
        """Yield returned cases at every step, in three areas."""
        a2, a5, a9 = (self.cast[f"head.{area}"] for area in ("a2", "a5", "a9"))
        yield self.returned(self.case_of("A2"), 2)
        yield self.reviewed(self.case_of("A2"), a2, (4, 3))
        yield self.challenged(self.case_of("A2"), a2, (9, 7))
        yield self.returned(self.case_of("A5"), 1)
        yield self.decided(self.case_of("A5"), a5, "not_met", (9, 7, 2))
        yield self.escalated(self.case_of("A5"), a5, (12, 10, 6, 3))
        yield self.accepted(self.case_of("A9"), a9, (12, 11))
        yield self.agreed(self.case_of("A9"), a9, (14, 12, 9, 8))
        yield self.returned(self.case_of("A9"), 1)
        yield self.of_concern(self.case_of("A9"))

    def others(self) -> Iterator[Story[Any]]:
        """Yield Good and Met cases across the country, and some that are begun."""
        for i, case in enumerate(self.free[:48]):
            yield self.graded(case, "good" if i % 3 else "met", 20 - i // 3, depart=i == 5)  # noqa: PLR2004 - one of them
        for case in self.free[48:57]:
            yield self.begun(case)
        yield self.prepared(self.free[48])

    def begun(self, case: AuditCase) -> Story[None]:
        yield self.at(1, 16)
        draft = grading.start_grading(self.session, case, by=self.auditor(case))
        area = self.document.practice_areas_for(case.law_type)[0]
        grading.save_judgements(self.session, draft, {s.code: judged(s.code, "good") for s in area[1][:2]})

    def of_concern(self, case: AuditCase) -> Story[None]:
        yield from self.begun(case)
        yield self.at(1, 17)
        seen = (
            "Contact log, entry 4: the school reports a bruise. There is no strategy discussion, and "
            "nobody has asked about it since."
        )
        concerns_actions.raise_concern(self.session, case, seen=seen, by=self.auditor(case))

    def prepared(self, case: AuditCase) -> Story[None]:
        """Let the assistant prepare a case that is being graded; the others wait for them."""
        yield self.at(1, 14)
        facts = {
            f"fact-{f.code}": f.answers[0].code
            for f in self.document.facts_for(case.law_type)[:3]
            if f.kind == "single"
        }
        where = {
            f"reference-{area.code}": "Case plan, 12 September, paragraphs 3 to 5."
            for area, _ in self.document.practice_areas_for(case.law_type)[:2]
        }
        assistant = self.cast["assistant"]
        prepare(self.session, case, {**facts, **where}, several=frozenset(facts), served="", by=assistant)
        for label, dated in DOCUMENTS:
            # The last such day before the assistant looks at the file.
            when = dated and dated.replace(year=today().year - (dated.replace(year=today().year) > today()))
            list_document(self.session, case, label, dated=when, key="", preparing=True, by=assistant)

    def auditor(self, case: AuditCase) -> Viewer:
        return self.viewers[case.auditor_id or 0]

    def graded(self, case: AuditCase, grade: str, days_ago: int, *, depart: bool = False) -> Story[None]:
        """Work through the whole tool on a case, as its auditor would."""
        yield self.at(days_ago + 1, 9)
        draft = grading.start_grading(self.session, case, by=self.auditor(case))
        yield self.at(days_ago, 11)
        submission_actions.submit_grade(
            self.session,
            case,
            draft,
            indicated=self._answered(case, draft, grade, depart=depart),
            by=self.auditor(case),
        )

    def _answered(
        self, case: AuditCase, draft: Assessment, grade: str, *, depart: bool = False
    ) -> tuple[str, str] | None:
        """Answer everything, and return the indicated grade with its rule."""
        grading.save_judgements(self.session, draft, judgements(self.document, case, grade))
        answers = {f.code: fact_answers(f, case.case_ref) for f in self.document.facts_for(case.law_type)}
        grading.save_facts(self.session, draft, answers)
        picked = themes(self.document, case, grade)
        grading.save_themes(self.session, draft, themes=picked, strengths_note="", learning_note="")
        reason = DEPARTURE if depart else ""
        grading.save_grade(self.session, draft, grade="met" if depart else grade, departure_reason=reason)
        return draft_of(case, draft).indicated

    def seconds(self) -> Iterator[Story[None]]:
        """Yield two cases that are graded a second time: one whose grades differ, and one that waits."""
        differs, waits = [case for case in self.free[:48] if case.area != "A2"][:2]
        yield self.benchmarked(differs, "good")
        yield self.benchmarked(waits, "")

    def benchmarked(self, case: AuditCase, grade: str) -> Story[None]:
        """Have the head of another area grade a case a second time."""
        yield self.at(3)
        head, lead = self.cast["head.a2"], self.cast["lead"]
        benchmarking.add_by_hand(self.session, case, person=head.id, reason="An example of a second grade.", by=lead)
        if not grade:
            return
        yield self.at(2)
        benchmark = queries.own_benchmark(self.session, head, case.id)
        benchmarking.start(self.session, benchmark, by=head)
        draft = benchmark_queries.benchmark_draft(self.session, benchmark)
        if draft is not None:
            benchmarking.submit(self.session, benchmark, draft, indicated=self._answered(case, draft, grade), by=head)

    def returned(self, case: AuditCase, days_ago: int) -> Story[None]:
        yield from self.graded(case, "not_met", days_ago)

    def reviewed(self, case: AuditCase, head: Viewer, days: Sequence[int], *, action: bool = False) -> Story[Return]:
        yield from self.returned(case, days[0])
        yield self.at(days[1], 14)
        returned = returns_queries.return_of(self.session, self.cast["lead"], case.id)
        found = returns_actions.Review(
            children_safe=True,
            note="File read with the service manager. Latest visit note, entry 31; the children are safe.",
            further_action=FurtherAction.NEEDED if action else FurtherAction.NONE,
            action_what="Referral to the local authority about the non-subject child" if action else "",
            action_who="Service manager" if action else "",
            action_by=add_working_days(today(), 2) if action else None,
        )
        returns_actions.review(self.session, returned, found, by=head)
        return returned

    def accepted(self, case: AuditCase, head: Viewer, days: Sequence[int]) -> Story[None]:
        returned = yield from self.reviewed(case, head, days, action=True)
        returns_actions.accept_grade(self.session, returned, by=head)

    def challenged(self, case: AuditCase, head: Viewer, days: Sequence[int]) -> Story[Challenge]:
        returned = yield from self.reviewed(case, head, days)
        contested = next(s.code for s in self.document.standards_for(case.law_type) if s.critical)
        points = [
            challenges_actions.Point(contested, "met", "Contact log, entry 12, and case plan, version 2, paragraph 4.")
        ]
        summary = "The file shows the work. It is in the contact log rather than in the plan."
        return challenges_actions.challenge_grade(
            self.session, returned, challenges_actions.Claim("met", summary, points), by=head
        )

    def decided(self, case: AuditCase, head: Viewer, grade: str, days: Sequence[int]) -> Story[Challenge]:
        challenge = yield from self.challenged(case, head, days)
        yield self.at(days[2], 15)
        reasons = (
            "The entry is there and meets the descriptor of Met."
            if grade == "met"
            else "The entry gives a date, but not what was done about the risk."
        )
        degree = self.document.improvement_degrees[1 if grade == "met" else -1].code
        points = [challenges_actions.Point(p.standard, grade, reasons, degree) for p in challenge.points]
        deciding.record_own_view(self.session, challenge, points, by=self.cast["second.lead"])
        challenges_actions.decide_challenge(
            self.session, challenge, challenges_actions.Ruling(grade, reasons, points), by=self.cast["second.lead"]
        )
        return challenge

    def escalated(self, case: AuditCase, head: Viewer, days: Sequence[int]) -> Story[None]:
        challenge = yield from self.decided(case, head, "not_met", days)
        yield self.at(days[3])
        challenges_actions.escalate(
            self.session, challenge, reason="Entry 12 of the contact log shows the visit. It was not weighed.", by=head
        )

    def agreed(self, case: AuditCase, head: Viewer, days: Sequence[int]) -> Story[None]:
        challenge = yield from self.decided(case, head, "met", days)
        yield self.at(days[3])
        challenges_actions.accept_decision(self.session, challenge, by=head)
