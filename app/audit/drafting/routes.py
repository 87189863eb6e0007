"""Routes of those who write threshold documents: import, a new draft version, its parts, its check, publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.audit.drafting import actions as drafting
from app.audit.drafting.forms import VersionForm
from app.audit.forms import both, served
from app.audit.library import queries as library_queries
from app.audit.library.guards import a_draft, any_version, editor
from app.audit.library.rules import THRESHOLD
from app.audit.models import ThresholdText
from app.audit.thresholds.checks import Outcome, outcomes, untried
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import Found, data_of
from app.audit.thresholds.parts import AS_TEXT, Part, is_in, parts_of, sent_values, values_of
from app.audit.thresholds.yaml_text import LARGEST, DocumentRefused
from app.audit.wording import queries as wording_queries
from app.audit.wording.rules import Clause
from app.errors import Conflict, NotFound
from app.people.kinds import Kinds
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.merging import Merged
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.workflow import Offer

router = Router()
OWN_FIELDS = {"served", "once"}
# The page shows this many problems of a file.
SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class ImportPage(Page):
    """Send a threshold document as a file; everything that is wrong with it."""

    template: ClassVar[str] = "audit/drafting/threshold_import.html"
    form: Filled
    file_name: str
    problems: Sequence[str]
    shown: int = SHOWN


@dataclass(frozen=True, kw_only=True)
class NewVersionPage(Page):
    """Name the new version that is made from another."""

    template: ClassVar[str] = "audit/drafting/threshold_new.html"
    kept: ThresholdText
    form: Filled


@dataclass(frozen=True, kw_only=True)
class DraftPage(Page):
    """A draft: what it is, its parts, and its check."""

    template: ClassVar[str] = "audit/drafting/threshold_draft.html"
    kept: ThresholdText
    base: ThresholdText | None
    document: ThresholdDocument
    standards: Mapping[str, int]
    parts: Sequence[Part]
    found: Sequence[Found]
    headings: Mapping[str, str]
    # What was read in two ways in the version it was made from, and how much of that the draft says nothing of.
    clauses: int
    unanswered: int
    outcomes: Sequence[Outcome]
    untried: Sequence[str]
    offers: Sequence[Offer]


@dataclass(frozen=True, kw_only=True)
class PartPage(Page):
    """One part of a draft to edit, with the check beside it."""

    template: ClassVar[str] = "audit/drafting/threshold_part.html"
    kept: ThresholdText
    part: Part
    form: Filled
    problems: Sequence[str]
    found: Sequence[Found]


@dataclass(frozen=True, kw_only=True)
class ConfirmDraftPage(Page):
    """Ask once more before a draft is published or discarded."""

    template: ClassVar[str] = "audit/drafting/threshold_confirm.html"
    kept: ThresholdText
    act: str
    # What was read in two ways, and of which the draft says nothing.
    unanswered: Sequence[Clause]
    refusal: str | None


@router.get("/thresholds/import", editor)
def import_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for the file."""
    return visit.render(ImportPage(title="Import a threshold document", form=Filled(), file_name="", problems=()))


@router.post("/thresholds/import", editor)
def import_document(visit: Visit, viewer: Viewer) -> Response:
    """Make a clean file a draft, or say everything that is wrong with it; nothing is kept until it is clean."""
    file = visit.files.get("file")
    if file is None or not file.filename:
        return _not_imported(visit, "Choose the file with the threshold document")
    try:
        kept = drafting.draft_of_text(visit.session, _text(file.file.read(LARGEST + 1)), by=viewer)
    except DocumentRefused as refused:
        wrong = f"{file.filename} cannot be imported yet. What is wrong is listed below"
        return _not_imported(visit, wrong, file.filename, refused.problems)
    said = f"{kept.name}, is a draft now. Read what is in it, and publish it when it is right."
    return visit.redirect(f"{kept.address}/edit", said)


def _not_imported(visit: Visit, wrong: str, file_name: str = "", problems: Sequence[str] = ()) -> Response:
    form = Filled().with_errors(file=wrong)
    page = ImportPage(title="Import a threshold document", form=form, file_name=file_name, problems=problems)
    return visit.render(page, status=422)


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise DocumentRefused(["The file is larger than 1 MB."])
    try:
        # As Windows writes it: with a mark at the start, and two characters at the end of a line.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DocumentRefused(
            [f"Line {line}: this is not text in UTF-8. Save the file as UTF-8 and send it again."]
        ) from error


@router.get("/thresholds/{document_id}/{version}/new-version", any_version)
def new_version_page(visit: Visit, kept: ThresholdText) -> Response:
    """Ask what the new version is called."""
    return visit.render(NewVersionPage(title="New draft version", kept=kept, form=Filled()))


@router.post("/thresholds/{document_id}/{version}/new-version", any_version)
def new_version(visit: Visit, kept: ThresholdText) -> Response:
    """Make a draft from this version."""
    sent, form = fill(VersionForm, visit.form)
    if sent is not None:
        try:
            draft = drafting.draft_from(visit.session, kept, sent.version, by=visit.viewer)
        except Conflict as refusal:
            form = form.with_errors(version=refusal.sentence[:1].upper() + refusal.sentence[1:])
        else:
            return visit.redirect(
                f"{draft.address}/edit",
                f"The draft is made from version {kept.version}. Nobody is audited against it until it is published.",
            )
    return visit.render(NewVersionPage(title="New draft version", kept=kept, form=form), status=422)


@router.get("/thresholds/{document_id}/{version}/edit", a_draft)
def draft_page(visit: Visit, kept: ThresholdText) -> Response:
    """Show a draft with its parts and its check."""
    document, laws = library_queries.document(kept), kinds_now(visit.session).law_types
    page = DraftPage(
        title=document.title,
        kept=kept,
        base=visit.session.get(ThresholdText, kept.base_id) if kept.base_id else None,
        document=document,
        standards=_counts(document, laws),
        parts=parts_of(document, laws),
        found=drafting.found_of(visit.session, kept),
        headings=AS_TEXT,
        clauses=len(wording_queries.clauses_to_answer(visit.session, kept)),
        unanswered=len(wording_queries.unanswered(visit.session, kept)),
        outcomes=outcomes(document),
        untried=untried(document),
        offers=THRESHOLD.offers(kept, drafting.situation_of(visit.session, kept, visit.viewer)),
    )
    return visit.render(page)


def _counts(document: ThresholdDocument, laws: Kinds) -> dict[str, int]:
    """Return how many standards there are for each law type, or in an area document for all."""
    if document.subject == "area":
        return {"Standards": len(tuple(document.standards()))}
    found = {kind.code: len(document.standards_for(kind.code)) for kind in laws}
    return {f"Standards for {laws.low(code)}": count for code, count in found.items() if count}


def _part(visit: Visit, kept: ThresholdText) -> Part:
    name = visit.word("kind") + (f"/{visit.word('code')}" if "code" in visit.request.path_params else "")
    parts = parts_of(library_queries.document(kept), kinds_now(visit.session).law_types)
    part = next((p for p in parts if p.name == name), None)
    if part is None:
        raise NotFound
    return part


def _part_page(visit: Visit, kept: ThresholdText, part: Part, form: Filled) -> PartPage:
    problems = [
        line for f in part.fields if f.kind == "yaml" for line in form.errors.get(f.name, "").split("\n") if line
    ]
    shown = {
        name: "The text cannot be kept yet. What is wrong is listed above it" if problems and part.is_text else text
        for name, text in form.errors.items()
    }
    data = data_of(library_queries.document(kept))
    found = [f for f in drafting.found_of(visit.session, kept) if is_in(data, part, f.path)]
    return PartPage(
        title=part.title, kept=kept, part=part, form=replace(form, errors=shown), problems=problems, found=found
    )


def _filled(kept: ThresholdText, part: Part) -> Filled:
    return served(values_of(data_of(library_queries.document(kept)), part))


@router.get("/thresholds/{document_id}/{version}/edit/{kind}", a_draft)
@router.get("/thresholds/{document_id}/{version}/edit/{kind}/{code}", a_draft)
def part_page(visit: Visit, kept: ThresholdText) -> Response:
    """Show a part of a draft to edit."""
    part = _part(visit, kept)
    return visit.render(_part_page(visit, kept, part, _filled(kept, part)))


OTHER_FIELDS = (
    "This part was given other fields in another window. Copy what you need from below, and open the part again."
)


@router.post("/thresholds/{document_id}/{version}/edit/{kind}", a_draft)
@router.post("/thresholds/{document_id}/{version}/edit/{kind}/{code}", a_draft)
def save_part(visit: Visit, kept: ThresholdText) -> Response:
    """Keep what was typed in a part, or give it back with what is wrong with it."""
    drafting.hold(visit.session, kept)
    part = _part(visit, kept)
    if set(visit.form) - {f.name for f in part.fields} - OWN_FIELDS:
        raise Conflict(OTHER_FIELDS)
    sent = sent_values(part, visit.form)
    done = drafting.edit_part(visit.session, kept, part, served=visit.sent("served"), sent=sent, by=visit.viewer)
    if done.wrong:
        form = Filled({**done.merged.values, **sent, "served": visit.sent("served")}, done.wrong)
        return visit.render(_part_page(visit, kept, part, form), status=422)
    if done.merged.clashes:
        return visit.render(_part_page(visit, kept, part, _both(kept, part, done.merged, sent)), status=409)
    return visit.redirect(f"{kept.address}/edit", f"{part.title}: saved.")


def _both(kept: ThresholdText, part: Part, merged: Merged, sent: Mapping[str, str]) -> Filled:
    """Return the form in which a person chooses between what they typed and what another window saved."""
    labels = {f.name: f"‘{f.label}’" for f in part.fields}
    return both(
        values_of(data_of(library_queries.document(kept)), part), merged, sent, called=lambda name: labels[name]
    )


@router.get("/thresholds/{document_id}/{version}/publish", a_draft)
def publish_page(visit: Visit, kept: ThresholdText) -> Response:
    """Ask once more before the draft is published."""
    refusal = THRESHOLD.refusal("publish", kept, drafting.situation_of(visit.session, kept, visit.viewer))
    left = wording_queries.unanswered(visit.session, kept)
    return visit.render(
        ConfirmDraftPage(title="Publish this version", kept=kept, act="publish", unanswered=left, refusal=refusal)
    )


@router.post("/thresholds/{document_id}/{version}/publish", a_draft.making(THRESHOLD["publish"]))
def publish(visit: Visit, kept: ThresholdText) -> Response:
    """Publish the draft."""
    drafting.publish(visit.session, kept, read=visit.sent("read"), by=visit.viewer)
    return visit.redirect(
        kept.address, f"Version {kept.version} is published. It can be chosen for an audit, and it never changes."
    )


@router.get("/thresholds/{document_id}/{version}/discard", a_draft)
def discard_page(visit: Visit, kept: ThresholdText) -> Response:
    """Ask once more before the draft is discarded."""
    return visit.render(
        ConfirmDraftPage(title="Discard this draft", kept=kept, act="discard", unanswered=(), refusal=None)
    )


@router.post("/thresholds/{document_id}/{version}/discard", a_draft.making(THRESHOLD["discard"]))
def discard(visit: Visit, kept: ThresholdText) -> Response:
    """Discard the draft."""
    drafting.discard(visit.session, kept, by=visit.viewer)
    return visit.redirect("/thresholds", f"The draft {kept.version} of ‘{kept.title}’ is discarded.")
