"""Routes of how often the words of a threshold document were read in two ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.enums import READING_SOURCE_LABELS
from app.audit.library import queries as library_queries
from app.audit.library.rules import asks_about_words
from app.audit.models import ThresholdText
from app.audit.thresholds.document import Standard
from app.audit.wording.queries import readings_of
from app.audit.wording.rules import Cell, Clause, clauses_read_twice, heat_map
from app.errors import NotFound
from app.moderation.wording.queries import audits_that_ended, compared
from app.people.queries import kinds_now
from app.web.pages import Page
from app.web.routing import Guard, Router, Visit

router = Router()


def _version(visit: Visit) -> ThresholdText:
    kept = library_queries.version(visit.session, visit.viewer, visit.word("document_id"), visit.word("version"))
    agreed = library_queries.agreed_in(visit.session, visit.viewer)
    if not asks_about_words(visit.viewer, agreed.get(kept.id, ())):
        raise NotFound
    return kept


a_version = Guard("those who write threshold documents, and who leads an audit against the version", _version)


@dataclass(frozen=True, kw_only=True)
class WordingPage(Page):
    """How often each standard was read in two ways, and the clauses that the next version has to answer."""

    template: ClassVar[str] = "moderation/wording/wording.html"
    kept: ThresholdText
    # As headings of columns of numbers.
    sources: Sequence[tuple[str]]
    rows: Sequence[tuple[Standard, Sequence[Cell]]]
    clauses: Sequence[Clause]
    # As options, with what is chosen.
    audits: Sequence[tuple[str, str]]
    law_types: Sequence[tuple[str, str]]
    audit: str
    law_type: str


@router.get("/thresholds/{document_id}/{version}/wording", a_version)
def wording_page(visit: Visit, kept: ThresholdText) -> Response:
    """Show the heat map and the clauses, of all audits against the version or of those that are chosen."""
    session, document, ended = visit.session, library_queries.document(kept), audits_that_ended(visit.session, kept)
    audit = visit.query("audit") if visit.query("audit") in ended else ""
    laws = kinds_now(session).law_types
    law_type = visit.query("law_type") if visit.query("law_type") in laws.codes else ""
    readings = readings_of(session, kept, audit=audit, law_type=law_type)
    page = WordingPage(
        title="How the words were read",
        kept=kept,
        sources=[(label,) for label in READING_SOURCE_LABELS.values()],
        rows=heat_map(document, readings, compared(session, kept, audit=audit, law_type=law_type)),
        clauses=clauses_read_twice(document, readings),
        audits=[("", "All audits"), *((ref, ref) for ref in ended)],
        law_types=[("", "All law types"), *laws.shorts(laws.codes).items()],
        audit=audit,
        law_type=law_type,
    )
    return visit.render(page)
