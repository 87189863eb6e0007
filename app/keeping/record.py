"""Checks an installation's record: the event log's chain, and that what stands in every table follows from it."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.factors.queries import rows as factor_rows
from app.accounts.proposals.queries import rows as proposal_rows
from app.accounts.queries import rows as reception_rows
from app.accounts.sso.queries import rows as identity_rows
from app.audit.areas.queries import rows as area_rows
from app.audit.drafts.queries import rows as draft_rows
from app.audit.evidence.queries import rows as evidence_rows
from app.audit.log_queries import rows as audit_rows
from app.audit.timetable.queries import rows as timetable_rows
from app.audit.wording.queries import rows as wording_rows
from app.events import ERASURE, GENESIS, Event, EventHead, Row, link, log_of
from app.improvement.log_queries import rows as improvement_rows
from app.installation.problems.queries import rows as problem_rows
from app.installation.queries import rows as settings_rows
from app.mapping.queries import rows as mapping_rows
from app.moderation.decisions.queries import unsettled
from app.moderation.log_queries import rows as moderation_rows
from app.moderation.sheets.queries import rows as sheet_rows
from app.moderation.themes.queries import rows as theme_rows
from app.report.comparison.queries import rows as comparison_rows
from app.report.document import queries as document_queries
from app.report.document.editions import identifier, sha256
from app.report.packs.queries import rows as pack_rows
from app.report.queries import publications
from app.report.queries import rows as report_rows
from app.sampling import queries as sampling_queries

ROWS: Sequence[Callable[[Session], Iterator[Row]]] = (
    reception_rows,
    identity_rows,
    settings_rows,
    problem_rows,
    factor_rows,
    proposal_rows,
    mapping_rows,
    sampling_queries.rows,
    audit_rows,
    draft_rows,
    timetable_rows,
    area_rows,
    wording_rows,
    evidence_rows,
    moderation_rows,
    sheet_rows,
    theme_rows,
    report_rows,
    comparison_rows,
    pack_rows,
    document_queries.rows,
    improvement_rows,
)
# What stands in a table and not in the log, and why; every other column of every table is held by it.
NOT_HELD: Mapping[str, str] = {
    "event": "the log itself: its chain holds it",
    "event_head": "the log itself: its chain holds it",
    "signed_in": "it lasts hours: that somebody signed in is an event, and every act of theirs names them",
    "allowance": "how often somebody tried something of late, which decides only when they may try again",
    "half_way": "it lasts minutes, and opens nothing without the rest of who somebody is",
    "factor_try": "it lasts minutes, and nothing but the next code looks at it; that one was wrong is an event",
    "seal_mark": "which key secrets are sealed with: another one opens none of them",
    "factor.counter": "which code was the last, or how often a passkey was used, which changes at each sign-in",
    "factor.used_at": "when it was used last, which changes at each sign-in; each sign-in is an event",
    "signing_in": "it lasts ten minutes, and opens nothing without what the provider sends with it",
    "one_time_link": "it lasts days: that it was made and what was done with it are events",
    "reset_asked": "it lasts an hour, and opens nothing: a link that came of it is an event",
    "known_browser": "whether failures elsewhere keep somebody out for a quarter of an hour, and nothing else",
    "sent_form": "the same form sent twice acts once: what it did is an event",
    "notice": "what somebody is told of an event; the event is there, and the thing in their work, without it",
    "mail_wish": "when somebody wants email, which decides nothing about a case",
    "person_setting": "how somebody likes the tool to look, which decides nothing about a case",
    "heartbeat": "when it was last tried whether something can be written, which decides nothing",
    "hearing_draft": "what somebody has not sent, and nobody else reads: what they send is held",
    "decided_judgement": "worked out again from the challenges and second grades that settled it, which are held",
    "threshold_document.loaded_at": "when a version was brought in; its text, state, author and hash are held",
    "frame_part.number": "the order of the parts, which the hash of the whole list holds",
    "assessment.saved_at": "when a draft was saved last; when it was begun and submitted is held",
    "judgement.id": "in which order standards were judged, which nothing looks at but their order on a page",
    "fact_answer.id": "in which order questions were answered, which nothing looks at but their order on a page",
    "challenge_point.id": "in which order points were raised, which nothing looks at but their order on a page",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the log says last of a row, and by which event."""

    number: int
    salt: str
    case_id: int | None
    shown: Mapping[str, object]
    hashes: Mapping[str, str]


@dataclass
class Folded:
    """All events together: the last that is said of each row, whose details are gone, and which were erased.

    An erased event says nothing any more. What it had said last of a row, the erasure says again as the row then
    stands, or names the row among those that went with it; so no row is left out because something was erased.
    """

    rows: dict[tuple[str, str], Said] = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """Add the next event."""
        if event.payload is None:
            self.gone[event.number] = event.name
        elif event.name == ERASURE:
            erased = event.details.get("erased")
            self.erased |= set(erased) & self.gone.keys() if isinstance(erased, list) else set()
            for row in removed_by(event):
                self.rows.pop(row, None)
        for kind, key, shown, hashes in event.rows:
            self.rows[kind, str(key)] = Said(event.number, event.salt or "", event.case_id, shown, hashes)


def removed_by(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the kind and number of each row that went with what an event erased; nothing of what it says otherwise."""
    removed = event.details.get("removed")
    for kind, keys in removed.items() if isinstance(removed, dict) else ():
        yield from ((kind, str(key)) for key in keys)


def every_row(session: Session) -> Iterator[Row]:
    """Yield every row that the log holds, as it stands."""
    return chain.from_iterable(rows(session) for rows in ROWS)


def fold(events: Iterable[Event]) -> Folded:
    """Return what the events say together, in their order."""
    result = Folded()
    for event in events:
        result.add(event)
    return result


def wrong(session: Session) -> Generator[str]:
    """Yield a sentence for everything that is wrong; rows are compared only with a log whose chain holds."""
    said, whole = Folded(), True
    with closing(faults(session, said)) as broken:
        for sentence in broken:
            whole = False
            yield sentence
    for number in sorted(said.gone.keys() - said.erased):
        yield f"Event {number} ({said.gone[number]}): its details are gone, and no event says that they were erased."
    if whole:
        changed = 0
        for sentence in differences(said, every_row(session)):
            changed += 1
            yield sentence
        yield from changed_lists(session)
        if not changed:  # what was settled follows from rows, so it is worked out from those that hold
            yield from unsettled(session)
        yield from changed_reports(session)


def faults(session: Session, said: Folded | None = None) -> Generator[str]:
    """Walk the whole chain and yield a sentence for each link that does not hold; close it if you stop early.

    `said` takes up what the events say on the way.
    """
    log, previous, number = log_of(session), GENESIS, 0
    query = select(Event).order_by(Event.number).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as events:
        for event in events:
            number += 1
            if event.number != number:
                yield f"Event {number} is missing: event {event.number} follows event {number - 1}."
                number = event.number
            if event.payload is not None and not event.has_its_details:
                yield f"Event {event.number} ({event.name}): its details were changed."
            elif said is not None:
                said.add(event)
            if link(log.key, previous, event) != event.chain:
                yield f"Event {event.number} ({event.name}): it does not follow from the event before it."
            previous = event.chain
    head = session.get(EventHead, 1)
    if head is None:
        yield f"The log's head is missing, and the last event is {number}."
    elif (head.number, head.chain) != (number, previous):
        yield f"The log's head names event {head.number}, but the last event is {number}: events were cut off."
    elif head.key_mark != log.mark:
        yield "The log's head has the mark of another key than the one that this installation has."


def differences(said: Folded, live: Iterable[Row]) -> Iterator[str]:
    """Yield a sentence for each row that does not follow from the log: changed, made or removed without an event."""
    there = set()
    for row in live:
        there.add(row.name)
        last = said.rows.get(row.name)
        if last is None:
            yield f"{_words(row.name, row.case_id)} stands in its table, but no event made it."
        else:
            yield from _changes(row, last)
    for name, last in said.rows.items():
        if name not in there:
            yield f"{_words(name, last.case_id)} is in event {last.number}, but not in its table any more."


def _changes(row: Row, last: Said) -> Iterator[str]:
    words, shown, hashes = _words(row.name, row.case_id), row.said, row.hashes(last.salt)
    for part in sorted({*shown, *last.shown}):
        if shown.get(part) != last.shown.get(part):
            yield (
                f"{words}: by event {last.number} its {part} is {last.shown.get(part)}, but {shown.get(part)} stands "
                "in its table."
            )
    for part in sorted({*hashes, *last.hashes}):
        if hashes.get(part) != last.hashes.get(part):
            yield f"{words}: what stands there as its {part} is not what event {last.number} recorded."


def _words(name: tuple[str, str], case_id: int | None) -> str:
    kind, key = name
    return f"{kind.capitalize()} {key}" + (f" of case {case_id}" if case_id and kind != "case" else "")


ANOTHER_HASH = "have another hash than the {} under which they were frozen."


def changed_lists(session: Session) -> Iterator[str]:
    """Yield a sentence for every list of filings that has another hash than the one under which it was kept."""
    for frame in sampling_queries.frames(session):
        try:
            found = sampling_queries.stored_hash(session, frame)
        except ValueError as error:
            yield f"Frame {frame.id}: its stored filings cannot be read ({error})."
        else:
            if found != frame.sha256 and not frame.forgotten_at:
                yield f"Frame {frame.id}: its stored filings have another hash than its {frame.sha256[:12]}."


def changed_reports(session: Session) -> Iterator[str]:
    """Yield a sentence for every report whose identifier does not follow from what was frozen under it."""
    for kept in publications(session):
        if sha256(kept.figures) != kept.sha256:
            yield f"Publication {kept.id}: its figures {ANOTHER_HASH.format(kept.sha256[:12])}"
    for edition in document_queries.every_edition(session):
        if identifier(edition.figures, edition.text, edition.pictures) != edition.sha256:
            said = f"Published edition {edition.id} ({edition.edition}, number {edition.number})"
            yield f"{said}: its figures, text and pictures {ANOTHER_HASH.format(edition.sha256[:12])}"


def head(session: Session) -> str:
    """Return the newest link of the log as NUMBER:LINK.

    Kept elsewhere, it shows later that nothing before it was replaced.
    """
    kept = session.get(EventHead, 1)
    return f"{kept.number}:{kept.chain}" if kept else f"0:{GENESIS}"


def leads_to(session: Session, earlier: str) -> bool:
    """Say whether the log still has a head that was printed before."""
    number, _, link = earlier.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004 - the largest number of a row
        return False
    event = session.get(Event, int(number))
    return link == (event.chain if event else GENESIS if int(number) == 0 else None)
