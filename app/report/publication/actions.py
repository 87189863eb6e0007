"""What is written in a report, who stands by it, and its publication and revisions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.audit.rules import AUDIT, SIGNERS, is_signed_off
from app.clock import clock
from app.db import lock
from app.documents import Document, pictures
from app.errors import Conflict, Forbidden
from app.events import Row, record
from app.people.enums import Role
from app.people.rules import Viewer
from app.pictures import svg_of
from app.report import queries
from app.report.actions import current_figures, faults_of, figures_text
from app.report.document import queries as paper_queries
from app.report.document.assembled import draft_document, figures_for, signed_text
from app.report.document.editions import document_text, identifier, sha256, text_of
from app.report.enums import Edition
from app.report.log import box_row, edition_row, revision_row, sign_off_row
from app.report.models import NarrativeBox, PublishedEdition, Revision, SignOff
from app.web.merging import Merged, marks_of, merge
from app.workflow import Situation, moving

CHANGED = "Its text was changed."


def why_not_written(session: Session, audit: Audit) -> str | None:
    """Return why a report cannot be changed or signed now, or None."""
    if audit.state is AuditState.FINALISED or (
        audit.state is AuditState.PUBLISHED and paper_queries.open_revision(session, audit)
    ):
        return None
    if audit.state is AuditState.PUBLISHED:
        return (
            "The report is published, so it no longer changes. The audit lead or the director can begin a revision "
            "of it, with a reason."
        )
    return "The report is written once the audit is finalised."


def save_box(session: Session, audit: Audit, code: str, markdown: str, *, served: str, by: Viewer) -> Merged:
    """Keep what was written in a box, read against what another window saved meanwhile.

    What was signed before no longer is.
    """
    _hold(session, audit)
    box = paper_queries.boxes(session, audit).get(code)
    stored = box.markdown if box else ""
    merged = merge(marks_of(served), {"markdown": stored}, {"markdown": markdown})
    text = merged.values["markdown"]
    if merged.clashes or text == stored:
        return merged
    box = box or NarrativeBox(
        audit_id=audit.id, code=code, markdown="", version=0, saved_by=by.id, saved_at=clock.now()
    )
    box.markdown, box.version, box.saved_by, box.saved_at = text, box.version + 1, by.id, clock.now()
    session.add(box)
    session.flush()
    withdrawn = _withdraw_sign_offs(session, audit, CHANGED)
    record(
        session,
        "report_written",
        by=by.id,
        subject=subject_of(audit),
        details={"box": code},
        rows=[box_row(box), *withdrawn],
    )
    return merged


def _hold(session: Session, audit: Audit) -> None:
    lock(session, Audit, audit.id)
    refusal = why_not_written(session, audit)
    if refusal:
        raise Conflict(refusal)


def _withdraw_sign_offs(session: Session, audit: Audit, because: str) -> list[Row]:
    """End every sign-off of an audit's report and return the rows."""
    standing = [s for s in paper_queries.sign_offs(session, audit) if s.withdrawn_at is None]
    for signed in standing:
        signed.withdrawn_at, signed.withdrawn_because = clock.now(), because
    session.flush()
    return [sign_off_row(signed) for signed in standing]


def standing(session: Session, audit: Audit) -> dict[Role, SignOff]:
    """Return the sign-offs that hold: of the report exactly as it is now."""
    now = signed_text(session, audit)
    return {s.role: s for s in paper_queries.sign_offs(session, audit) if s.withdrawn_at is None and s.sha256 == now}


def unsigned(session: Session, audit: Audit) -> tuple[Role, ...]:
    """Return who has yet to sign a report off."""
    signed = standing(session, audit)
    return tuple(role for role in SIGNERS if role not in signed)


def why_not_signed(session: Session, audit: Audit, role: Role, by: Viewer) -> str | None:
    """Return why a person cannot sign a report off now in a role, or None."""
    refusal = why_not_written(session, audit)
    if refusal:
        return refusal
    signed = standing(session, audit)
    if role in signed:
        return f"The {role.label.lower()} has signed this report off already."
    if any(s.by_id == by.id for s in signed.values()):
        return (
            "You have signed this report off in your other role. Two people have to stand by it, so ask somebody else."
        )
    return None


def sign_off(session: Session, audit: Audit, role: Role, *, read: str, by: Viewer) -> SignOff:
    """Sign a report off as it was `read`; refused where it is not that any more."""
    if role not in SIGNERS or not by.has(role, audit=audit.ref):
        message = f"Only the {role.label.lower()} can do this."
        raise Forbidden(message)
    lock(session, Audit, audit.id)
    refusal = why_not_signed(session, audit, role, by)
    if refusal:
        raise Conflict(refusal)
    now = signed_text(session, audit)
    if read != now:
        message = "The report was changed since you opened it. Read it again, and sign it off as it is now."
        raise Conflict(message)
    made = SignOff(
        audit_id=audit.id, role=role, sha256=now, by_id=by.id, at=clock.now(), withdrawn_at=None, withdrawn_because=""
    )
    session.add(made)
    session.flush()
    record(
        session,
        "report_signed_off",
        by=by.id,
        subject=subject_of(audit),
        details={"role": role, "sha256": now},
        rows=[sign_off_row(made)],
    )
    return made


def situation_of(session: Session, audit: Audit, viewer: Viewer) -> Situation:
    """Return what publishing has to know."""
    return Situation(viewer, audit.ref, known={"unsigned": unsigned(session, audit)})


def publish(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Publish a finalised audit's report to its readers, in both editions, or a revision of a published one."""
    lock(session, Audit, audit.id)
    revision = paper_queries.open_revision(session, audit)
    if revision is not None:
        _publish_revision(session, audit, revision, by=by)
        return
    with moving(
        session, AUDIT, "publish", audit, situation=situation_of(session, audit, by), subject=subject_of(audit)
    ) as rows:
        audit.published_at = clock.now()
        rows += [edition_row(kept) for kept in _freeze(session, audit, 0)]


def _publish_revision(session: Session, audit: Audit, revision: Revision, *, by: Viewer) -> None:
    if not by.has(Role.DIRECTOR, audit=audit.ref):
        message = "Only the national service director can do this."
        raise Forbidden(message)
    refusal = is_signed_off(audit, situation_of(session, audit, by))
    if refusal:
        raise Conflict(refusal)
    kept = _freeze(session, audit, revision.number)
    revision.published_at = clock.now()
    session.flush()
    rows = [revision_row(revision), *(edition_row(edition) for edition in kept)]
    record(
        session,
        "revision_published",
        by=by.id,
        subject=subject_of(audit),
        details={"number": revision.number},
        rows=rows,
    )


def _freeze(session: Session, audit: Audit, number: int) -> Sequence[PublishedEdition]:
    """Keep figures, text and pictures of both editions for good."""
    made = []
    for edition in Edition:
        document = draft_document(session, audit, edition=edition)
        parts: dict[str, Any] = {
            "figures": figures_text(figures_for(session, audit, edition)),
            "text": document_text(document),
            "pictures": text_of(_drawn(document)),
        }
        made.append(
            PublishedEdition(
                audit_id=audit.id,
                number=number,
                edition=edition,
                **parts,
                sha256=identifier(*parts.values()),
                published_at=clock.now(),
            )
        )
    session.add_all(made)
    session.flush()
    return made


def _drawn(document: Document) -> dict[str, str]:
    """Return the pictures of a document as SVG, by code and size; each is drawn once in the life of a process."""
    return {
        f"{p.code}.{size}": svg_of(spec)
        for p in pictures(document)
        for size, spec in (("wide", p.wide), ("narrow", p.narrow))
    }


def draw(session: Session, audit: Audit) -> None:
    """Draw the pictures of a report about to be published, so that nobody waits for that to save something."""
    if not unsigned(session, audit):
        for edition in Edition:
            _drawn(draft_document(session, audit, edition=edition))


def why_not_revised(session: Session, audit: Audit) -> str | None:
    """Return why no revision of a report can be begun now, or None."""
    if audit.state is not AuditState.PUBLISHED:
        return "A report is revised once it is published. Until then its text can be changed as it is."
    if not paper_queries.published_editions(session, audit, Edition.INTERNAL):
        return "This report was published before editions were kept, so there is nothing to compare a revision with."
    if paper_queries.open_revision(session, audit):
        return "A revision of this report has been begun already. Publish it before you begin another."
    return None


def begin_revision(session: Session, audit: Audit, reason: str, *, by: Viewer) -> Revision:
    """Begin to correct a published report.

    Its figures are made anew from the cases as they are now, and both sign it off again.
    """
    lock(session, Audit, audit.id)
    refusal = why_not_revised(session, audit)
    if refusal:
        raise Conflict(refusal)
    result = current_figures(session, audit)
    found, frozen = faults_of(result), queries.publication(session, audit)
    if found or frozen is None:
        message = "The figures do not agree with each other, so no revision was begun: " + " ".join(found)
        raise Conflict(message)
    number = 1 + max((r.number for r in paper_queries.revisions(session, audit)), default=0)
    made = Revision(
        audit_id=audit.id, number=number, reason=reason, begun_by=by.id, begun_at=clock.now(), published_at=None
    )
    frozen.figures = figures_text(result)
    frozen.sha256, frozen.frozen_at = sha256(frozen.figures), clock.now()
    session.add(made)
    withdrawn = _withdraw_sign_offs(session, audit, f"Revision r{number} was begun.")
    rows = [revision_row(made), queries.publication_row(frozen), *withdrawn]
    record(session, "revision_begun", by=by.id, subject=subject_of(audit), details={"number": number}, rows=rows)
    return made
