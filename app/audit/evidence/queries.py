"""Which documents and phrases a person may use; every function takes the viewer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.audit.evidence.log import case_document_row, phrase_row
from app.audit.evidence.models import CaseDocument, Phrase
from app.audit.evidence.rules import called
from app.events import Row
from app.people.rules import Viewer

_documents: Any = CaseDocument.__table__


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


@dataclass(frozen=True, slots=True)
class Material:
    """What the tool offers to write evidence with."""

    documents: Sequence[ListedDocument] = ()
    # By standard.
    phrases: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def material_for(session: Session, viewer: Viewer, case_id: int) -> Material:
    """Return what a person has to write the evidence of a case with."""
    return Material(listed_documents(session, viewer, case_id))


def rows(session: Session) -> Iterator[Row]:
    """Yield listed documents and phrases as the event log keeps them."""
    yield from map(case_document_row, session.scalars(select(CaseDocument).order_by(CaseDocument.id)))
    yield from map(phrase_row, session.scalars(select(Phrase).order_by(Phrase.id)))
