"""Keeps answers of a draft as they are typed, a field at a time.

Nothing here is complete, and nothing overwrites another window.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.audit.evidence.queries import texts_of_phrases
from app.audit.evidence.reuse import SUFFIX, Texts, together
from app.audit.grading.draft import Draft, draft_in
from app.audit.grading.fields import (
    fact_answers,
    field_sent,
    fields_with,
    newly_reused,
    reused_column,
    standard_columns,
)
from app.audit.grading.in_hand import FactRow, Held, JudgedRow
from app.audit.models import Assessment, FactAnswer, Judgement
from app.clock import clock
from app.events import Subject, record
from app.people.rules import Viewer
from app.web.merging import merge

_judgements: Any = Judgement.__table__
_facts: Any = FactAnswer.__table__
_drafts: Any = Assessment.__table__
_COLUMNS = ("judgement", "degree", "evidence", "set_aside", "reused")
_JUDGED = Statement(
    update(_judgements)
    .where(_judgements.c.assessment_id == bindparam("draft"), _judgements.c.standard == bindparam("of"))
    .values({name: bindparam(f"to_{name}") for name in _COLUMNS})
)
_JUDGED_FIRST = Statement(
    insert(_judgements).values(
        assessment_id=bindparam("draft"), standard=bindparam("of"), **{n: bindparam(f"to_{n}") for n in _COLUMNS}
    )
)
_ANSWERED = Statement(
    update(_facts)
    .where(_facts.c.assessment_id == bindparam("draft"), _facts.c.fact == bindparam("of"))
    .values(answers=bindparam("to"))
)
_ANSWERED_FIRST = Statement(
    insert(_facts).values(assessment_id=bindparam("draft"), fact=bindparam("of"), answers=bindparam("to"))
)
_SAVED = Statement(update(_drafts).where(_drafts.c.id == bindparam("draft")).values(saved_at=bindparam("at")))
_TEXTS = ("strengths_note", "learning_note", "departure_reason")


@dataclass(frozen=True, slots=True)
class Change:
    """A field as a window sends it, with the mark it was served with and what it sent before without an answer."""

    was: str
    own: tuple[str, ...]
    now: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft after a save, the fields that were kept or clash, and what is wrong with those that were not kept.

    `fields` are those that may have changed with them.
    """

    draft: Draft
    fields: Mapping[str, str]
    kept: Sequence[str]
    # What went with them by itself: a degree that a judgement brings or takes away.
    settled: Sequence[str]
    clashes: Sequence[str]
    refused: Mapping[str, str]
    # Whether the progress, or the indicated grade, may be another one now.
    moved: bool


def save(session: Session, of: Held, changes: Mapping[str, Change], *, by: Viewer) -> Saved:
    """Keep what can be kept of some changed fields; the caller holds the case.

    The log keeps which were saved, never what they say.
    """
    draft = draft_in(of)
    read = {name: field_sent(draft, name, change.now) for name, change in changes.items()}
    refused = {name: wrong for name, (_, wrong) in read.items() if wrong}
    sent = {name: text for name, (text, wrong) in read.items() if not wrong}
    stored = fields_with(draft, changes)
    merged = merge({name: change.was for name, change in changes.items()}, stored, sent, _own(draft, changes))
    merged = together(merged, sent)
    changed = [name for name in sent if merged.values.get(name, "") != stored.get(name, "")]
    if changed:
        phrases = texts_of_phrases(session, by, of.case.audit.ref, newly_reused(draft, sent))
        written = _Written(merged.values, changed, _judged(draft, merged.values, changed, phrases))
        _write(session, draft, written)
        subject = Subject("case", of.case.id, of.case.audit.ref, of.case.id)
        record(session, "answers_saved", by=by.id, subject=subject, details={"fields": changed})
        draft = draft_in(_after(of, written))
    after = fields_with(draft, changes)
    settled = [
        name for name in {**stored, **after} if name not in changes and after.get(name, "") != stored.get(name, "")
    ]
    settled += [name for name, text in sent.items() if name.endswith(SUFFIX) and after.get(name, "") != text]
    kept = [name for name in sent if name not in merged.clashes]
    moved = any(_moves(name, stored, after) for name in changed)
    return Saved(draft, after, kept, settled, merged.clashes, refused, moved)


def _own(draft: Draft, changes: Mapping[str, Change]) -> dict[str, list[str]]:
    """Return what a window sent before without hearing what became of it, by field.

    A judgement that arrived may have brought a degree with it, or taken one away: of that it has not heard either.
    """
    sent = ((name, change.own) for name, change in changes.items() if change.own)
    own = {name: [field_sent(draft, name, text)[0] for text in texts] for name, texts in sent}
    judged = [s for s in draft.document.standards_for(draft.law_type) if f"{s.code}-judgement" in own] if own else ()
    for standard in judged:
        for judgement in own[f"{standard.code}-judgement"]:
            brought = standard_columns(draft.document, standard, {f"{standard.code}-judgement": judgement})["degree"]
            own.setdefault(f"{standard.code}-degree", []).append(brought)
    return own


def _moves(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Say whether a changed field can move the progress: a choice does, a text where it begins or goes."""
    is_text = name in _TEXTS or name.endswith("-evidence")
    if name.endswith(SUFFIX):
        return False
    return not is_text or bool(before.get(name)) != bool(after.get(name))


@dataclass(frozen=True, slots=True)
class _Written:
    """What is written of a save: the values, the names of those that changed, and the judgements' columns by code."""

    values: Mapping[str, str]
    changed: Sequence[str]
    judged: Mapping[str, Mapping[str, Any]]


def _write(session: Session, draft: Draft, written: _Written) -> None:
    values, changed = written.values, written.changed
    here, rest = {"draft": draft.assessment.id}, _rest(values, changed)
    for code, columns in written.judged.items():
        row = {f"to_{name}": value for name, value in columns.items()}
        (_JUDGED if code in draft.judgements else _JUDGED_FIRST).run(session, {**here, "of": code, **row})
    for fact, answers in _asked(draft, values, changed).items():
        (_ANSWERED if fact in draft.facts else _ANSWERED_FIRST).run(session, {**here, "of": fact, "to": answers})
    _SAVED.run(session, {**here, "at": clock.now()})
    if rest:
        session.connection().execute(update(_drafts).where(_drafts.c.id == draft.assessment.id).values(rest))


def _after(of: Held, written: _Written) -> Held:
    """Return what somebody holds as it is once it is written; reading it again would cost as much as writing it."""
    draft, values, changed = draft_in(of), written.values, written.changed
    judgements = {row.standard: row for row in of.answers.judgements}
    judgements |= {code: JudgedRow(code, **columns) for code, columns in written.judged.items()}
    facts = {row.fact: row for row in of.answers.facts}
    facts |= {
        code: FactRow(code, answers, *_checked(facts.get(code)))
        for code, answers in _asked(draft, values, changed).items()
    }
    rows: dict[str, Any] = {"judgements": list(judgements.values()), "facts": list(facts.values())}
    kept = replace(of.answers, **rows, saved_at=clock.now(), **_rest(values, changed))
    return replace(of, answers=kept)


def _checked(before: FactRow | None) -> tuple[int | None, datetime | None]:
    return (before.prepared_by, before.prepared_at) if before else (None, None)


def _judged(
    draft: Draft, values: Mapping[str, str], changed: Sequence[str], phrases: Texts
) -> dict[str, dict[str, Any]]:
    codes = {name.rpartition("-")[0] for name in changed}
    return {
        s.code: {
            **standard_columns(draft.document, s, values),
            **reused_column(draft, s.code, values, phrases),
        }
        for s in draft.document.standards_for(draft.law_type)
        if s.code in codes
    }


def _asked(draft: Draft, values: Mapping[str, str], changed: Sequence[str]) -> dict[str, list[str]]:
    return fact_answers(
        [fact for fact in draft.document.facts_for(draft.law_type) if f"fact-{fact.code}" in changed], values
    )


def _rest(values: Mapping[str, str], changed: Sequence[str]) -> dict[str, Any]:
    rest: dict[str, Any] = {name: values.get(name, "") for name in _TEXTS if name in changed}
    if "grade" in changed:
        rest["grade"] = values.get("grade") or None
    if any(name.startswith("theme-") for name in changed):
        rest["themes"] = [code for name, code in values.items() if name.startswith("theme-") and code]
    return rest
