"""The report of an audit as a document: as it stands, at a stage of the grades, or as it was published."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.audit.commission.called import month_of
from app.audit.enums import AuditKind, AuditState
from app.audit.library.queries import document_of as thresholds_of
from app.audit.models import Audit
from app.audit.rehearsals import MARK
from app.clock import day, month
from app.documents import Document, Picture
from app.errors import Conflict
from app.report import queries
from app.report.actions import basis_of, figures_of
from app.report.comparison.queries import changes_until, earlier_of
from app.report.document import queries as document_queries
from app.report.document.about import About
from app.report.document.editions import document_of, revised, sha256, text_of
from app.report.document.sections import ABSENT, first_page, sections
from app.report.enums import Edition, Stage
from app.report.figures import disclosure
from app.report.figures.all_figures import Basis, without_auditors
from app.report.models import PublishedEdition, Revision
from app.report.narrative.boxes import filled
from app.report.narrative.changed_areas import without_changed
from app.report.narrative.changes import Earlier
from app.report.pictures import charts
from app.sampling.replacement import REASON_LABELS

# The pictures of each section; each gives None where its figures are missing.
PICTURES: Mapping[str, tuple[Callable[[Basis, Mapping[str, Any]], Picture | None], ...]] = {
    "overall": (charts.targets,),
    "law-types": (charts.law_types,),
    "children-seen": (charts.children_seen,),
    "areas": (charts.areas, charts.funnel, lambda basis, figures: charts.funnel(basis, figures, basis.lowest)),
    "moderation": (charts.agreement, charts.bridge),
}
MARKINGS = {Edition.INTERNAL: "Official-sensitive", Edition.PUBLIC: ""}


def report_document(
    session: Session, audit: Audit, *, edition: Edition = Edition.INTERNAL, as_at: Stage = Stage.FINAL
) -> Document:
    """Return an audit's report: what was published last where there is such a thing, otherwise as it stands."""
    kept = newest(session, audit, edition) if as_at is Stage.FINAL else None
    return frozen_document(kept) if kept else draft_document(session, audit, edition=edition, as_at=as_at)


def newest(session: Session, audit: Audit, edition: Edition) -> PublishedEdition | None:
    """Return an edition as it was published last, or None where none was, or none was kept."""
    return (
        next(iter(document_queries.published_editions(session, audit, edition)), None)
        if audit.state is AuditState.PUBLISHED
        else None
    )


def frozen_document(kept: PublishedEdition) -> Document:
    """Return a published edition as a document; each is read once."""
    found = _read.get(kept.sha256)
    if found is None:
        if len(_read) >= MOST_READ:
            _read.clear()
        found = _read[kept.sha256] = document_of(kept.text, kept.sha256)
    return found


# A cache: an edition's identifier says all that was frozen in it, in whatever database it is kept.
_read: dict[str, Document] = {}
MOST_READ = 16


def draft_document(
    session: Session, audit: Audit, *, edition: Edition = Edition.INTERNAL, as_at: Stage = Stage.FINAL
) -> Document:
    """Return an audit's report as it stands, a revision's changes marked; raises Conflict before it is finalised."""
    # A percentage of an area that is another since says nothing of what has its code now.
    basis = without_changed(basis_of(session, audit), changes_until(session, audit))
    result = figures_for(session, audit, edition, as_at)
    about = _about(session, audit, basis, result, edition, as_at)
    made = Document(
        reference=audit.ref,
        title=audit.name,
        subtitle="Report of the audit",
        facts=first_page(about),
        identifier=_identifier(session, audit, as_at),
        sections=sections(basis, result, about),
        marking=MARK if audit.rehearsal else MARKINGS[edition],
    )
    before = document_queries.published_editions(session, audit, edition)
    return revised(made, frozen_document(before[-1])) if before and as_at is Stage.FINAL else made


def figures_for(session: Session, audit: Audit, edition: Edition, stage: Stage = Stage.FINAL) -> Mapping[str, Any]:
    """Return the figures that an edition shows; how each auditor graded is in none."""
    found = without_auditors(figures_of(session, audit, stage))
    return disclosure.public_edition(found, basis_of(session, audit)) if edition is Edition.PUBLIC else found


def _about(
    session: Session, audit: Audit, basis: Basis, result: Mapping[str, Any], edition: Edition, as_at: Stage
) -> About:
    frozen, document = queries.publication(session, audit), thresholds_of(audit)
    if frozen is None:
        message = f"{audit.ref} has not been finalised, so it has no report yet."
        raise Conflict(message)
    titles = {area.code: area.title for area in document.practice_areas}
    earlier = _earlier(session, audit, edition)
    written = document_queries.boxes(session, audit) if as_at is Stage.FINAL else {}
    texts = {code: box.markdown for code, box in written.items() if box.markdown}
    return About(
        ref=audit.ref,
        name=audit.name,
        purpose=audit.purpose,
        window=(day(audit.window_from), day(audit.window_to)),
        threshold=f"{document.title}, version {document.version}",
        law_names=basis.kinds.law_types.shorts(audit.law_types),
        reasons={reason.value: label for reason, label in REASON_LABELS.items()},
        themes={t.code: (t.label, titles.get(t.practice_area, "")) for t in document.learning_themes},
        data_set=frozen.sha256,
        frozen_on=day(frozen.frozen_at),
        month=month(f"{month_of(audit.name, audit.ref, (audit.window_from, audit.window_to)):%Y-%m}"),
        targets_by=month(audit.targets_by),
        targets_set_in=audit.targets_set_in,
        earlier=earlier,
        stage=as_at,
        edition=edition,
        revised=_revised(session, audit),
        pictures=_pictures(basis, result, earlier),
        prose={code: filled(text, result, basis, ABSENT[edition]) for code, text in texts.items()},
        document=document,
        thematic=audit.kind is AuditKind.THEMATIC,
    )


def _revised(session: Session, audit: Audit) -> tuple[int, str, str] | None:
    """Return the number, the day and the reason of the newest revision, if there is one."""
    newest = _newest_revision(session, audit)
    return (newest.number, day(newest.published_at or newest.begun_at), newest.reason) if newest else None


def _newest_revision(session: Session, audit: Audit) -> Revision | None:
    return next(iter(document_queries.revisions(session, audit)), None)


def _pictures(basis: Basis, result: Mapping[str, Any], earlier: Earlier | None) -> dict[str, list[Picture]]:
    makers = {**PICTURES, "since": (lambda basis, result: charts.change(basis, result, earlier),)}
    return {code: [picture for make in several if (picture := make(basis, result))] for code, several in makers.items()}


def _earlier(session: Session, audit: Audit, edition: Edition) -> Earlier | None:
    """Return the earlier audit that the report is compared with, as an edition may show it."""
    found = earlier_of(session, audit)
    if found is None or edition is Edition.INTERNAL:
        return found
    basis = Basis(
        found.scale, tuple(found.figures["service_area_order"]), tuple(law.lower() for law in found.figures["law_type"])
    )
    return replace(found, figures=disclosure.public_edition(found.figures, basis))


def _identifier(session: Session, audit: Audit, as_at: Stage) -> str:
    """Return what a document is known by: what both sign, as long as it is the report and no earlier stage of it."""
    signed = signed_text(session, audit)
    return signed if as_at is Stage.FINAL else sha256(text_of([signed, as_at]))


def signed_text(session: Session, audit: Audit) -> str:
    """Return the identifier of what is signed off: figures, what was written, what a revision says of itself."""
    # A revision is part of what was signed also once it is published: only so do its sign-offs go on to stand by it.
    frozen, revision = queries.publication(session, audit), _newest_revision(session, audit)
    written = {code: box.markdown for code, box in document_queries.boxes(session, audit).items() if box.markdown}
    signed = {
        "report": [audit.ref, audit.name],
        "figures": frozen.sha256 if frozen else "",
        "boxes": written,
        "revision": [revision.number, revision.reason] if revision else [],
    }
    return sha256(text_of(signed))


def pictures_of(kept: PublishedEdition) -> Mapping[str, str]:
    """Return the pictures of a published edition as SVG, by code and size."""
    return dict(json.loads(kept.pictures))
