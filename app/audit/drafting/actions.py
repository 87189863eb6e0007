"""What happens to drafts of threshold documents: one verb, one function, change and event in one transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.enums import ThresholdState
from app.audit.library import queries as library_queries
from app.audit.library.rules import THRESHOLD, DraftKnown, why_not_edited
from app.audit.log import threshold_row
from app.audit.models import ThresholdText
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import Found, data_of, found_in, load_document, read_document, schema_error
from app.audit.thresholds.parts import Part, faults, put, values_of
from app.audit.thresholds.yaml_text import DocumentRefused, written
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.merging import Merged, marks_of, merge
from app.workflow import Situation, move


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of an edit: the fields as they now stand, and what is wrong with what was sent.

    Where anything is, nothing was kept.
    """

    merged: Merged
    wrong: Mapping[str, str]


def subject_of(kept: ThresholdText) -> Subject:
    """Return a threshold document as the subject of an event."""
    return Subject("threshold", kept.id)


def draft_of_text(session: Session, text: str, *, by: Viewer) -> ThresholdText:
    """Make a draft of a document that was sent; raises DocumentRefused with every problem and its line."""
    document = load_document(text, kinds_now(session).law_types.codes)
    taken = library_queries.threshold_is_taken(session, document.id, document.version)
    if taken is not None:
        line = next((i for i, row in enumerate(text.split("\n"), 1) if row.startswith("version")), 1)
        raise DocumentRefused([f"Line {line}: {_taken(taken)}"])
    return _keep(session, document, text, base=None, by=by)


def draft_from(session: Session, base: ThresholdText, version: str, *, by: Viewer) -> ThresholdText:
    """Make a new draft version from a version that is there; raises Conflict where the version is taken."""
    taken = library_queries.threshold_is_taken(session, base.document_id, version)
    if taken is not None:
        raise Conflict(_taken(taken))
    data = {**data_of(library_queries.document(base)), "version": version}
    return _keep(session, read_document(written(data)), written(data), base=base, by=by)


def _taken(taken: ThresholdText) -> str:
    state = "a draft" if taken.state is ThresholdState.DRAFT else "published"
    return f"version {taken.version} of ‘{taken.title}’ is there already as {state}. Give this one another version."


def _keep(
    session: Session, document: ThresholdDocument, text: str, *, base: ThresholdText | None, by: Viewer
) -> ThresholdText:
    kept = ThresholdText(
        document_id=document.id,
        version=document.version,
        title=document.title,
        subject=document.subject,
        text=text,
        sha256=_digest(text),
        loaded_at=clock.now(),
        state=ThresholdState.DRAFT,
        made_by=by.id,
        base_id=base.id if base else None,
    )
    session.add(kept)
    session.flush()
    details = {"sha256": kept.sha256, "from": base.version if base else None}
    record(
        session, "threshold_drafted", by=by.id, subject=subject_of(kept), details=details, rows=[threshold_row(kept)]
    )
    return kept


def hold(session: Session, kept: ThresholdText) -> None:
    """Hold a draft until the transaction ends; raises Conflict where it cannot be edited any more."""
    lock(session, ThresholdText, kept.id)
    refusal = why_not_edited(kept)
    if refusal:
        raise Conflict(refusal)


def edit_part(
    session: Session, kept: ThresholdText, part: Part, *, served: str, sent: Mapping[str, str], by: Viewer
) -> Edited:
    """Keep what was typed in one part of a draft that is held, unless it cannot be read.

    What another window changed meanwhile stays.
    """
    data = data_of(library_queries.document(kept))
    merged = merge(marks_of(served), values_of(data, part), sent)
    wrong = put(data, part, merged.values)
    text = written(data)
    found = schema_error(text)
    if isinstance(found, str):
        wrong[part.fields[0].name] = found
    elif found is not None:
        wrong = {**faults(data, part, found), **wrong}
    if wrong or text == kept.text:
        return Edited(merged, wrong)
    kept.text, kept.sha256, kept.title = text, _digest(text), data["title"]
    session.flush()
    details, rows = {"part": part.name, "sha256": kept.sha256}, [threshold_row(kept)]
    record(session, "threshold_edited", by=by.id, subject=subject_of(kept), details=details, rows=rows)
    return Edited(merged, {})


def situation_of(session: Session, kept: ThresholdText, by: Viewer) -> Situation[DraftKnown]:
    """Return the situation in which a person acts on a draft: what has to be mended in it."""
    return Situation(by, "", DraftKnown(found_of(session, kept) if kept.state is ThresholdState.DRAFT else ()))


def found_of(session: Session, kept: ThresholdText) -> list[Found]:
    """Return what has to be mended in a draft before it can be published."""
    return found_in(kept.text, kinds_now(session).law_types.codes)


CHANGED_SINCE = "The draft was changed after you opened this page. Read it again, and publish it if it is right."


def publish(session: Session, kept: ThresholdText, *, read: str, by: Viewer) -> None:
    """Publish a draft: from now on it never changes; `read` is the hash of the text that the person was shown."""
    lock(session, ThresholdText, kept.id)
    if kept.state is ThresholdState.DRAFT and read != kept.sha256:
        raise Conflict(CHANGED_SINCE)
    move(
        session,
        THRESHOLD,
        "publish",
        kept,
        situation=situation_of(session, kept, by),
        subject=subject_of(kept),
        details={"sha256": kept.sha256},
    )


def discard(session: Session, kept: ThresholdText, *, by: Viewer) -> None:
    """Discard a draft; its version can be given to another."""
    lock(session, ThresholdText, kept.id)
    move(session, THRESHOLD, "discard", kept, situation=situation_of(session, kept, by), subject=subject_of(kept))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
