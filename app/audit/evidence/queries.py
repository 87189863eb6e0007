"""Which documents and phrases a person may use; every function takes the viewer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.audit.evidence.log import case_document_row, phrase_row
from app.audit.evidence.models import CaseDocument, Phrase
from app.audit.evidence.rules import called
from app.audit.models import Audit
from app.errors import NotFound
from app.events import Row
from app.people.case_files import CaseFile
from app.people.rules import Viewer

_documents: Any = CaseDocument.__table__
_phrases: Any = Phrase.__table__
_audits: Any = Audit.__table__


class ListedDocument(NamedTuple):
    """The columns of a listed document."""

    id: int
    label: str
    dated: date | None
    key: str
    by_id: int
    while_preparing: bool

    @property
    def says(self) -> str:
        """Return how evidence names it."""
        return called(self.label, self.dated)

    def is_removed_by(self, viewer: Viewer, *, preparing: bool) -> bool:
        """Say whether a person may take it off: assistants what was listed while preparing, anybody else their own."""
        return self.while_preparing if preparing else self.by_id == viewer.id


# What an assistant listed while preparing is for whoever grades the case; what a grader listed is theirs alone, or a
# second grader, an own reviewer or who decides would learn from it where the first grader looked.
_LISTED = Statement(
    select(*(_documents.c[name] for name in ListedDocument._fields))
    .where(
        _documents.c.case_id == bindparam("case"),
        _documents.c.removed_at.is_(None),
        or_(_documents.c.while_preparing, _documents.c.by_id == bindparam("viewer")),
    )
    .order_by(_documents.c.while_preparing.desc(), _documents.c.place, _documents.c.id)
)


def listed_documents(session: Session, viewer: Viewer, case_id: int) -> Sequence[ListedDocument]:
    """Return the documents of a case that a person may pick from; the caller has found the case for them.

    A document that both an assistant and the person listed is there once.
    """
    found = map(ListedDocument._make, _LISTED.rows(session, case=case_id, viewer=viewer.id))
    return list({(one.label.casefold(), one.dated): one for one in reversed([*found])}.values())[::-1]


def document_links(session: Session, people: Collection[int | None], case_id: int, file: CaseFile) -> Mapping[str, str]:
    """Return where each document of a case is opened that some people's evidence may name, by what evidence calls it.

    Those that they or an assistant listed; the caller shows what they wrote to somebody who may read it.
    Nothing is asked where no address is set.
    """
    if not file.documents:
        return {}
    of = CaseDocument
    theirs = or_(of.while_preparing, of.by_id.in_([person for person in people if person]))
    query = select(of.label, of.dated, of.key).where(of.case_id == case_id, theirs)
    # A document that was taken off the list stays in the texts that name it; the newest of a name is meant.
    found = session.execute(query.order_by(of.removed_at.is_(None), of.id))
    links = {called(label, dated): file.document_link(key) for label, dated, key in found}
    return {name: link for name, link in links.items() if link}


def texts_of_phrases(
    session: Session, viewer: Viewer, audit_ref: str, wanted: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """Return the texts of phrases by (own | bank, id), as far as a person may use them in an audit."""
    numbers = [int(number) for _, number in wanted]
    if not numbers:
        return {}
    own = Phrase.audit_id.is_(None) & (Phrase.owner_id == viewer.id)
    query = select(Phrase.audit_id, Phrase.id, Phrase.text).outerjoin(Audit, Audit.id == Phrase.audit_id)
    found = session.execute(query.where(Phrase.id.in_(numbers), own | (Audit.ref == audit_ref)))
    return {("bank" if audit_id else "own", str(number)): text for audit_id, number, text in found}


class OfferedPhrase(NamedTuple):
    """The columns of a phrase that can be used."""

    id: int
    audit_id: int | None
    standard: str
    text: str

    @property
    def mark(self) -> str:
        """Return how a form says that it was reused."""
        return f"{'own' if self.audit_id is None else 'bank'}.{self.id}"


# The bank is the same for all who grade an audit; own ones are nobody else's.
_OFFERED = Statement(
    select(*(_phrases.c[name] for name in OfferedPhrase._fields))
    .where(
        _phrases.c.document_id == bindparam("document"),
        _phrases.c.retired_at.is_(None),
        or_(
            _phrases.c.audit_id.in_(select(_audits.c.id).where(_audits.c.ref == bindparam("audit"))),
            _phrases.c.audit_id.is_(None) & (_phrases.c.owner_id == bindparam("viewer")),
        ),
    )
    .order_by(_phrases.c.audit_id.is_(None), _phrases.c.id)
)


def _theirs(viewer: Viewer, audit_id: int | None) -> ColumnElement[bool]:
    if audit_id is not None:
        return Phrase.audit_id == audit_id
    return Phrase.audit_id.is_(None) & (Phrase.owner_id == viewer.id)


def phrases_kept(session: Session, viewer: Viewer, audit_id: int | None) -> Sequence[Phrase]:
    """Return one's own phrases, or those of the bank of an audit that the person leads, by standard."""
    kept = select(Phrase).where(_theirs(viewer, audit_id), Phrase.retired_at.is_(None))
    return session.scalars(kept.order_by(Phrase.document_id, Phrase.standard, Phrase.id)).all()


def phrase_like(
    session: Session, viewer: Viewer, text: str, *, audit_id: int | None, document_id: str, standard: str
) -> Phrase | None:
    """Return a phrase that says the same at a standard, or None."""
    same = (Phrase.document_id == document_id, Phrase.standard == standard, Phrase.text == text)
    kept = select(Phrase).where(_theirs(viewer, audit_id), Phrase.retired_at.is_(None), *same)
    return session.scalars(kept.limit(1)).one_or_none()


def phrase(session: Session, viewer: Viewer, number: int, audit_id: int | None) -> Phrase:
    """Return one's own phrase, or one of the bank of an audit that the person leads; raises NotFound."""
    found = session.scalars(select(Phrase).where(_theirs(viewer, audit_id), Phrase.id == number)).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Material:
    """What the tool offers to write evidence with: documents, and phrases by standard."""

    documents: Sequence[ListedDocument]
    phrases: Mapping[str, Sequence[OfferedPhrase]]


def material_for(session: Session, viewer: Viewer, case_id: int, audit_ref: str, document_id: str) -> Material:
    """Return what a person has to write the evidence of a case with; the caller has found the case for them."""
    phrases: dict[str, list[OfferedPhrase]] = {}
    for row in _OFFERED.rows(session, document=document_id, audit=audit_ref, viewer=viewer.id):
        one = OfferedPhrase._make(row)
        phrases.setdefault(one.standard, []).append(one)
    return Material(listed_documents(session, viewer, case_id), phrases)


def rows(session: Session) -> Iterator[Row]:
    """Yield listed documents and phrases as the event log keeps them."""
    yield from map(case_document_row, session.scalars(select(CaseDocument).order_by(CaseDocument.id)))
    yield from map(phrase_row, session.scalars(select(Phrase).order_by(Phrase.id)))
