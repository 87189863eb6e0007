"""Who is told of what happened: one table of events, and the days that come by themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from app.audit.bars.queries import bars
from app.audit.models import Audit, AuditCase, Benchmark, Replacement
from app.audit.rehearsals import may_be_rehearsal
from app.clock import add_working_days, clock, today
from app.events import EventLog, Recorded, Subject, record
from app.moderation.challenges.queries import newest_of_return, parts_in
from app.moderation.challenges.rules import decide_by
from app.moderation.concerns.rules import due_of, is_overdue
from app.moderation.enums import ConcernState
from app.moderation.models import Challenge, Concern
from app.notices import queries
from app.notices.enums import Kind, MailChoice, MailState
from app.notices.models import MailWish, Notice
from app.notices.rules import leaves_at
from app.people.enums import AccountState, LinkPurpose, Role
from app.people.models import Person
from app.people.rules import Viewer
from app.settings import Settings

People = frozenset[int]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom an event tells what; `due` is the day that goes with it, `daily` whether a day's many are told as one."""

    kind: Kind
    who: Callable[[Session, Recorded], People]
    due: Callable[[Session, Recorded], date | None] = lambda _session, _event: None
    daily: bool = False
    # Another address than their person's, for a message that is all there is of it.
    address: Callable[[Recorded], str] = lambda _event: ""


def _case(session: Session, event: Recorded) -> AuditCase:
    return session.get_one(AuditCase, event.case_id)


def _area(session: Session, event: Recorded) -> People:
    return queries.answers_for_area(session, _case(session, event).area)


def _leads(session: Session, event: Recorded) -> People:
    return queries.those_with(session, Role.LEAD, event.audit_ref)


def _directors(session: Session, event: Recorded) -> People:
    return queries.those_with(session, Role.DIRECTOR, event.audit_ref)


def _area_and_leads(session: Session, event: Recorded) -> People:
    return _area(session, event) | _leads(session, event)


def _who_may_decide(who: Callable[[Session, Recorded], People]) -> Callable[[Session, Recorded], People]:
    """Leave out those who may not decide: they had a part in the case, head its area or have an interest in it.

    Where nobody is left all are told, so that one of them finds somebody.
    """

    def others(session: Session, event: Recorded) -> People:
        case, people, known = _case(session, event), who(session, event), bars(session)
        parts = parts_in(session, case).people
        return frozenset(p for p in people - parts if not known.hold(p, case)) or people

    return others


def _auditor(session: Session, event: Recorded) -> People:
    return _named(_case(session, event).auditor_id)


def _named(*people: object) -> People:
    return frozenset(int(str(p)) for p in people if p)


def _detail(name: str) -> Callable[[Session, Recorded], date | None]:
    return lambda _session, event: date.fromisoformat(str(event.details[name]))


def _challenge(session: Session, event: Recorded) -> Challenge:
    return session.get_one(Challenge, int(event.subject_id))


def _grade_by(session: Session, event: Recorded) -> date | None:
    return session.get_one(Audit, _case(session, event).audit_id).grade_by


def _raiser(session: Session, event: Recorded) -> People:
    return _named(session.get_one(Concern, int(event.subject_id)).raised_by)


def _asker(session: Session, event: Recorded) -> People:
    return _named(session.get_one(Replacement, int(event.subject_id)).asked_by)


def _second_grader(session: Session, event: Recorded) -> People:
    return _named(session.get_one(Benchmark, int(event.subject_id)).benchmarker_id)


def _decide_by(session: Session, event: Recorded) -> date | None:
    # The event is about the returned case that was challenged.
    return decide_by(newest_of_return(session, int(event.subject_id)))


_SETTLED = Told(Kind.GRADE_SETTLED, _auditor)
_CONCERN_NEWS = (Told(Kind.CONCERN_NEWS, _raiser),)
_ANSWERED = (Told(Kind.REPLACEMENT_ANSWERED, _asker),)
_SECONDS = Told(Kind.SECONDS_GIVEN, lambda _s, e: _named(e.details["benchmarker"]), daily=True)
_GIVEN = Told(Kind.CASES_GIVEN, lambda _s, e: _named(e.details["auditor"]), _grade_by, daily=True)


def _gets_link(purpose: LinkPurpose) -> Callable[[Session, Recorded], People]:
    """Return whom a link of a purpose is sent to, nobody where it is handed over."""

    def found(_session: Session, event: Recorded) -> People:
        sent = event.details["by_mail"] and event.details["purpose"] == purpose
        return _named(event.subject_id) if sent else frozenset()

    return found


def _whose_account(session: Session, event: Recorded) -> People:
    """Return whose account it is; whoever has not joined yet reads of it in their invitation."""
    person = session.get_one(Person, int(event.subject_id))
    return frozenset() if person.state is AccountState.INVITED else _named(person.id)


def _guessed(session: Session, event: Recorded) -> People:
    return _whose_account(session, event) if event.details.get("last") else frozenset()


_PASSWORD = (Told(Kind.PASSWORD_CHANGED, _whose_account),)
_FACTOR = (Told(Kind.FACTOR_CHANGED, _whose_account),)
_ROLES = (Told(Kind.ROLES_CHANGED, _whose_account),)
# By the event's name. Whoever acts is not told of their own act.
TOLD: Mapping[str, Sequence[Told]] = {
    "return_opened": (Told(Kind.REVIEW, _area, _detail("review_due")),),
    "return_withdrawn": (Told(Kind.RETURN_WITHDRAWN, _area),),
    "challenge_raised": (
        Told(Kind.CHALLENGE, _who_may_decide(_leads), _decide_by),
        Told(Kind.GRADE_CHALLENGED, _auditor, _decide_by),
    ),
    "challenge_decided": (Told(Kind.DECISION, _area, lambda s, e: _challenge(s, e).escalation_due), _SETTLED),
    "challenge_escalated": (Told(Kind.ESCALATION, _who_may_decide(_directors)),),
    "challenge_adjudicated": (Told(Kind.ADJUDICATION, _area_and_leads), _SETTLED),
    "concern_raised": (Told(Kind.CONCERN, _area_and_leads, _detail("acknowledge_by")),),
    "concern_acknowledged": _CONCERN_NEWS,
    "concern_acted_on": _CONCERN_NEWS,
    "concern_closed": _CONCERN_NEWS,
    "case_allocated": (_GIVEN,),
    "case_moved": (_GIVEN, Told(Kind.CASES_TAKEN, lambda _s, e: _named(e.details.get("earlier")), daily=True)),
    "replacement_asked": (Told(Kind.REPLACEMENT_ASKED, _leads),),
    "replacement_made": _ANSWERED,
    "replacement_declined": _ANSWERED,
    "time_extended": (Told(Kind.TIME_EXTENDED, _area, _detail("until")),),
    "area_reminded": (Told(Kind.AREA_REMINDED, _area),),
    "benchmark_assigned": (_SECONDS,),
    "benchmark_moved": (_SECONDS,),
    "benchmark_differs": (Told(Kind.DIFFERENCE, _who_may_decide(_leads)),),
    "benchmark_resolved": (_SETTLED, Told(Kind.SECOND_SETTLED, _second_grader)),
    "audit_finalised": (Told(Kind.PACK_READY, lambda s, e: queries.answers_for_packs(s, e.audit_ref)),),
    "link_made": (
        Told(Kind.INVITATION, _gets_link(LinkPurpose.INVITATION)),
        Told(Kind.RESET, _gets_link(LinkPurpose.RESET)),
        Told(Kind.FACTOR_LOST, _gets_link(LinkPurpose.FACTOR)),
    ),
    "password_changed": _PASSWORD,
    "password_set": _PASSWORD,
    "factor_added": _FACTOR,
    "factor_removed": _FACTOR,
    "recovery_codes_made": _FACTOR,
    "factors_forgotten": _FACTOR,
    "recovery_code_used": (Told(Kind.RECOVERY_USED, _whose_account),),
    "factor_refused": (Told(Kind.FACTOR_GUESSED, _guessed),),
    "role_granted": _ROLES,
    "role_ended": _ROLES,
    "address_changed": (
        Told(Kind.ADDRESS_CHANGED, lambda _s, e: _named(e.subject_id), address=lambda e: str(e.details["old"])),
    ),
    "problem_reported": (Told(Kind.PROBLEM_REPORTED, lambda s, _e: queries.administrators(s)),),
    "problem_answered": (Told(Kind.PROBLEM_ANSWERED, lambda _s, e: _named(e.details["reporter"])),),
    "grader_reminded": (Told(Kind.REMINDER, lambda _s, e: _named(e.details["person"])),),
}


def event_log(settings: Settings) -> EventLog:
    """Return the event log of an installation, with those whom its events concern told of them."""
    return EventLog(settings.event_key(), partial(hear, by_mail=settings.sends_mail))


def hear(session: Session, event: Recorded, *, by_mail: bool) -> None:
    """Tell those whom an event concerns, in its transaction; of a rehearsal nobody is told."""
    if may_be_rehearsal(event.audit_ref) and queries.is_rehearsal(session, event.audit_ref):
        return
    for told in TOLD.get(event.name, ()):
        if told.kind.about_signing_in and not by_mail:
            continue
        # A note to an old address is for whoever still reads there, whoever changed it.
        people = told.who(session, event) - _named(None if told.kind.about_signing_in else event.actor_id)
        # An event has its number only once its transaction ends; no two have the same hash.
        about = f"{event.audit_ref} {today()}" if told.daily else f"event {event.payload_sha256}"
        # Many cases told as one are about none of them, and are told once in an act that is about all of them.
        case_id = None if told.daily else event.case_id
        if told.daily and not (people := _not_told_here(session, people, told.kind, about)):
            continue
        due, address = told.due(session, event), told.address(event)
        tell(session, people, told.kind, about=about, due=due, case_id=case_id, by_mail=by_mail, address=address)


def _not_told_here(session: Session, people: People, kind: Kind, about: str) -> People:
    """Return who was not told the same in this transaction, or savepoint, before; from now on they were."""
    here = session.get_nested_transaction() or session.get_transaction()
    where, told = session.info.get("told here", (None, None))
    if where is not here or told is None:
        told = set[tuple[int, Kind, str]]()
        session.info["told here"] = (here, told)
    found = frozenset(p for p in people if (p, kind, about) not in told)
    told |= {(p, kind, about) for p in found}
    return found


def tell(
    session: Session,
    people: People,
    kind: Kind,
    *,
    about: str,
    by_mail: bool,
    due: date | None = None,
    case_id: int | None = None,
    address: str = "",
) -> int:
    """Write a notice for each person who may hear of the case and was not told this before; return how many."""
    now, count = clock.now(), 0
    for person_id in sorted(people):
        if queries.was_told(session, person_id, kind, about) or not queries.may_be_told(session, person_id, case_id):
            continue
        choice = queries.choice_of(session, person_id)
        leaves = leaves_at(kind, choice, now) if by_mail else None
        waits = kind.after_grading and case_id is not None and queries.still_grades(session, person_id, case_id)
        notice = Notice(
            person_id=person_id,
            kind=kind,
            about=about,
            case_id=case_id,
            due=due,
            at=now,
            state=MailState.HELD if waits else MailState.WAITING if leaves else MailState.NONE,
            in_digest=choice is MailChoice.DAILY and not kind.at_once,
            send_from=leaves or now,
            free_from=leaves or now,
            attempts=0,
            address=address,
        )
        session.add(notice)
        count += 1
    session.flush()
    return count


def tell_of_days(session: Session) -> int:
    """Tell of days that are near or have passed, each once; return how many notices that made."""
    count = _tell_of_unread(session) + _release(session)
    for returned in queries.reviews_due(session, add_working_days(today(), 1)):
        people, late = queries.answers_for_area(session, returned.case.area), returned.review_due < today()
        if late:
            people |= queries.those_with(session, Role.LEAD, returned.case.audit.ref)
        kind = Kind.REVIEW_LATE if late else Kind.REVIEW_SOON
        count += tell(
            session,
            people,
            kind,
            about=f"return {returned.id}",
            due=returned.review_due,
            case_id=returned.case_id,
            by_mail=True,
        )
    for concern in queries.concerns_open(session):
        if is_overdue(concern):
            people = queries.those_with(session, Role.LEAD, concern.case.audit.ref) | _next_step(session, concern)
            about = f"concern {concern.id} {concern.state}"
            count += tell(
                session,
                people,
                Kind.CONCERN_LATE,
                about=about,
                due=due_of(concern),
                case_id=concern.case_id,
                by_mail=True,
            )
    return count


def _tell_of_unread(session: Session) -> int:
    """Tell the assistant directors and the lead of returned cases that nobody has opened: a child does not wait."""
    count = 0
    for returned in queries.unread_returns(session, clock.now()):
        ref = returned.case.audit.ref
        people = queries.those_with(session, Role.ASSISTANT_DIRECTOR, ref) | queries.those_with(session, Role.LEAD, ref)
        about = f"return {returned.id} unread"
        count += tell(session, people, Kind.RETURN_UNREAD, about=about, case_id=returned.case_id, by_mail=True)
    return count


def _release(session: Session) -> int:
    """Let those hear what was held for them who have finished grading since; return how many notices that were."""
    now, count = clock.now(), 0
    for notice in queries.held(session):
        if notice.case_id is not None and queries.still_grades(session, notice.person_id, notice.case_id):
            continue
        leaves = leaves_at(notice.kind, queries.choice_of(session, notice.person_id), now)
        notice.state, notice.at = MailState.WAITING if leaves else MailState.NONE, now
        notice.send_from = notice.free_from = leaves or now
        count += 1
    return count


def _next_step(session: Session, concern: Concern) -> People:
    return (
        _named(concern.acknowledged_by)
        if concern.state is ConcernState.ACKNOWLEDGED
        else queries.answers_for_area(session, concern.case.area)
    )


def choose(session: Session, choice: MailChoice, *, by: Viewer) -> None:
    """Keep when a person wants email; what waits to be sent to them follows, an urgent message apart."""
    session.merge(MailWish(person_id=by.id, choice=choice))
    for notice in queries.waiting_of(session, by.id):
        leaves = leaves_at(notice.kind, choice, clock.now())
        if leaves is None:
            notice.state = MailState.NONE
    record(session, "mail_chosen", by=by.id, subject=Subject("person", by.id), details={"choice": choice})


def mark_read(session: Session, *, by: Viewer) -> None:
    """Mark what a person was told as read."""
    for notice in queries.unseen(session, by.id):
        notice.seen_at = clock.now()


def send_test(session: Session, *, by: Viewer) -> None:
    """Queue a test message to whoever asks for it."""
    tell(session, _named(by.id), Kind.TEST, about=f"test at {clock.now().isoformat()}", by_mail=True)


def try_again(session: Session) -> int:
    """Put what was given up back into the queue; return how many."""
    given_up, now = queries.parked(session), clock.now()
    for notice in given_up:
        notice.state, notice.send_from, notice.free_from = MailState.WAITING, now, now
    return len(given_up)
