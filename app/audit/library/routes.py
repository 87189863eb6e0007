"""Routes of the threshold documents for all who are signed in: list, handbook, two versions compared, the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from starlette.responses import Response

from app.audit.enums import THRESHOLD_STATE_LABELS, ThresholdState
from app.audit.library import queries as library_queries
from app.audit.library.rules import EDITORS, asks_about_words
from app.audit.models import ThresholdText
from app.audit.thresholds.comparing import Comparison, compare
from app.audit.thresholds.document import Example, GradeRule, ThresholdDocument
from app.audit.thresholds.indication import expected
from app.audit.thresholds.words import example_in_words, rule_in_words
from app.errors import NotFound
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.pages import Page
from app.web.routing import Guard, Router, Visit, signed_in

router = Router()


def _version(visit: Visit) -> ThresholdText:
    return library_queries.version(visit.session, visit.viewer, visit.word("document_id"), visit.word("version"))


def _versions(visit: Visit) -> Sequence[ThresholdText]:
    found = library_queries.versions(visit.session, visit.viewer, visit.word("document_id"))
    if not found:
        raise NotFound
    return found


a_version = Guard(
    "anyone who is signed in, for a published version; those who write threshold documents, for a draft", _version
)
a_document = Guard("anyone who is signed in, for a document that exists", _versions)


@dataclass(frozen=True, kw_only=True)
class ThresholdsPage(Page):
    """All threshold documents with their versions."""

    template: ClassVar[str] = "audit/library/thresholds.html"
    # The newest version of each document with all of them, newest first.
    documents: Sequence[tuple[ThresholdText, Sequence[ThresholdText]]]
    agreed: Mapping[int, Sequence[str]]
    states: Mapping[ThresholdState, str]
    may_edit: bool


@dataclass(frozen=True, kw_only=True)
class ThresholdPage(Page):
    """One version of a threshold document, to read and to print."""

    template: ClassVar[str] = "audit/library/threshold.html"
    kept: ThresholdText
    document: ThresholdDocument
    law_types: Mapping[str, str]
    agreed: Sequence[str]
    others: Sequence[ThresholdText]
    rules: Sequence[tuple[GradeRule, Sequence[str]]]
    examples: Sequence[tuple[Example, Sequence[str]]]
    prompts: Sequence[tuple[str, str, str]]
    may_edit: bool
    may_see_wording: bool


@dataclass(frozen=True, kw_only=True)
class ComparePage(Page):
    """Two versions of a document side by side."""

    template: ClassVar[str] = "audit/library/threshold_compare.html"
    # As options.
    versions: Sequence[tuple[str, str]]
    old: ThresholdText
    new: ThresholdText
    comparison: Comparison


@router.get("/thresholds", signed_in)
def thresholds_page(visit: Visit, viewer: Viewer) -> Response:
    """List the threshold documents."""
    kept = library_queries.versions(visit.session, viewer)
    documents = [(v[0], v) for v in (list(group) for _, group in groupby(kept, key=lambda t: t.document_id))]
    page = ThresholdsPage(
        title="Threshold documents",
        documents=sorted(documents, key=lambda d: d[0].title),
        agreed=library_queries.agreed_in(visit.session, viewer),
        states=THRESHOLD_STATE_LABELS,
        may_edit=viewer.nationwide(*EDITORS),
    )
    return visit.render(page)


# Before the page of a version, whose name no comparison can have.
@router.get("/thresholds/{document_id}/compare", a_document)
def compare_page(visit: Visit, versions: Sequence[ThresholdText]) -> Response:
    """Show two versions of a document side by side: the newest and what it was made from, unless two are chosen."""
    by_name = {v.version: v for v in versions}
    named = [(v.version, v.version + (" (draft)" if v.state is ThresholdState.DRAFT else "")) for v in versions]
    new = by_name.get(visit.query("to"), versions[0])
    made_from = [v for v in versions if v.id == new.base_id] or [v for v in versions if v.id < new.id]
    old = by_name.get(visit.query("from"), made_from[0] if made_from else new)
    comparison = compare(library_queries.document(old), library_queries.document(new))
    return visit.render(
        ComparePage(title="Two versions side by side", versions=named, old=old, new=new, comparison=comparison)
    )


@router.get("/thresholds/{document_id}/{version}", a_version)
def threshold_page(visit: Visit, kept: ThresholdText) -> Response:
    """Show a version of a threshold document to read."""
    document, laws = library_queries.document(kept), kinds_now(visit.session).law_types
    agreed = library_queries.agreed_in(visit.session, visit.viewer).get(kept.id, ())
    page = ThresholdPage(
        title=document.title,
        kept=kept,
        document=document,
        law_types=laws.names(laws.codes) if document.subject == "case" else {},
        agreed=agreed,
        others=[v for v in library_queries.versions(visit.session, visit.viewer, kept.document_id) if v.id != kept.id],
        rules=[(rule, rule_in_words(document, rule)) for rule in document.grade_rules],
        examples=[(example, example_in_words(document, example)) for example in document.examples],
        prompts=_prompts(document),
        may_edit=visit.viewer.nationwide(*EDITORS),
        may_see_wording=asks_about_words(visit.viewer, agreed),
    )
    return visit.render(page)


def _prompts(d: ThresholdDocument) -> list[tuple[str, str, str]]:
    """Return (question, answers, what they make one expect) for each prompt whose codes the document knows."""
    facts, titles = {f.code: f for f in d.facts}, {s.code: s.title for s in d.standards()}
    found = []
    for p in d.prompts:
        question, answers = (facts[p.fact].question, facts[p.fact].answers) if p.fact in facts else (p.fact, ())
        labels = {a.code: a.label for a in answers}
        of = " and ".join(titles.get(code, code) for code in p.standards)
        found.append((question, " or ".join(labels.get(a, a) for a in p.answers), f"{of}: {expected(d, p)}"))
    return found


@router.get("/thresholds/{document_id}/{version}/document.yaml", a_version)
def threshold_file(_visit: Visit, kept: ThresholdText) -> Response:
    """Give a version as the file that it is."""
    name = f"{kept.document_id}-{kept.version}.yaml"
    return Response(
        kept.text,
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
