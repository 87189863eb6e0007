"""What is written in a report, who stands by it, and its publication and revisions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audit.actions import situation_in_audit, subject_of
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.audit.rules import AUDIT, SIGNERS, AuditKnown
from app.clock import clock
from app.db import lock, unsaved
from app.documents import Document, pictures
from app.errors import Conflict, Forbidden
from app.events import Row, record
from app.people.enums import Role
from app.people.rules import Viewer
from app.pictures import svg_of
from app.report import queries
from app.report.actions import current_figures, faults_of, figures_text
from app.report.document import queries as document_queries
from app.report.document.assembled import draft_document, figures_for, signed_text
from app.report.document.editions import document_text, identifier, sha256, text_of
from app.report.document.queries import Signing
from app.report.enums import Edition, SignOffState
from app.report.log import box_row, edition_row, sign_off_row
from app.report.models import NarrativeBox, PublishedEdition, Revision, SignOff
from app.report.publication import rules
from app.report.publication.rules import REVISION, SIGN_OFF, SIGNS, EarlierKnown, RevisionKnown, SignOffKnown
from app.web.merging import Merged, marks_of, merge
from app.workflow import Situation, begin, in_words, moving

CHANGED = "Its text was changed."


def why_not_written(session: Session, audit: Audit) -> str | None:
    """Return why a report cannot be changed or signed now, or None."""
    revising = audit.state is AuditState.PUBLISHED and document_queries.open_revision(session, audit) is not None
    return rules.why_not_written(audit.state, revising=revising)


def save_box(session: Session, audit: Audit, code: str, markdown: str, *, served: str, by: Viewer) -> Merged:
    """Keep what was written in a box, read against what another window saved meanwhile.

    What was signed before no longer is.
    """
    _hold(session, audit)
    box = document_queries.boxes(session, audit).get(code)
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
    withdrawn = _withdraw_sign_offs(session, audit, "withdraw", CHANGED, by=by)
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


def _withdraw_sign_offs(session: Session, audit: Audit, name: str, because: str, *, by: Viewer) -> list[Row]:
    """End every sign-off of an audit's report and return the rows, for the event of the act that ended them."""
    standing = [s for s in document_queries.sign_offs(session, audit) if s.state is SignOffState.STANDING]
    for signed in standing:
        ends = SIGN_OFF.demand(name, signed, Situation(by, audit.ref, SignOffKnown(None, {})))
        SIGN_OFF.shift(session, signed, ends)
        signed.withdrawn_because = because
    session.flush()
    return [sign_off_row(signed) for signed in standing]


def standing(session: Session, audit: Audit) -> dict[Role, SignOff]:
    """Return the sign-offs that hold: of the report exactly as it is now."""
    now = signed_text(session, audit)
    return {s.role: s for s in document_queries.sign_offs(session, audit) if s.withdrawn_at is None and s.sha256 == now}


def unsigned(session: Session, audit: Audit) -> tuple[Role, ...]:
    """Return who has yet to sign a report off."""
    signed = standing(session, audit)
    return tuple(role for role in SIGNERS if role not in signed)


def situation_of_signing(session: Session, audit: Audit, viewer: Viewer) -> Situation[SignOffKnown]:
    """Return the situation in which a person signs a report off."""
    closed = why_not_written(session, audit)
    signed = {} if closed else {role: s.by_id for role, s in standing(session, audit).items()}
    return Situation(viewer, audit.ref, SignOffKnown(closed, signed))


def situation_so_far(audit: Audit, viewer: Viewer, so_far: Signing) -> Situation[SignOffKnown]:
    """Return the same where only what was signed and not withdrawn is looked at, not the report's text."""
    closed = rules.why_not_written(audit.state, revising=audit.state is AuditState.PUBLISHED and so_far.revising)
    return Situation(viewer, audit.ref, SignOffKnown(closed, {} if closed else so_far.by))


def why_not_signed(role: Role, situation: Situation[SignOffKnown]) -> str | None:
    """Return why a person cannot sign a report off now in a role, or None."""
    return SIGN_OFF.refusal(SIGNS[role], unsaved(SignOff, role=role), situation)


def sign_off(session: Session, audit: Audit, role: Role, *, read: str, by: Viewer) -> SignOff:
    """Sign a report off as it was `read`; refused where it is not that any more."""
    if role not in SIGNS:
        raise Forbidden(f"A report is signed off by {in_words(SIGNERS)}.")
    SIGN_OFF[SIGNS[role]].demand_role(by, audit.ref)
    lock(session, Audit, audit.id)
    situation = situation_of_signing(session, audit, by)
    made = SignOff(
        audit_id=audit.id, role=role, sha256=read, by_id=by.id, at=clock.now(), withdrawn_at=None, withdrawn_because=""
    )
    SIGN_OFF.demand(SIGNS[role], made, situation)
    if read != signed_text(session, audit):
        raise Conflict("The report was changed since you opened it. Read it again, and sign it off as it is now.")
    begin(
        session,
        SIGN_OFF,
        SIGNS[role],
        made,
        situation=situation,
        subject=lambda _: subject_of(audit),
        details={"role": role, "sha256": read},
    )
    return made


def situation_of_publishing(session: Session, audit: Audit, viewer: Viewer) -> Situation[AuditKnown]:
    """Return the situation in which a person publishes a report for the first time."""
    return situation_in_audit(audit, viewer, AuditKnown(unsigned=unsigned(session, audit)))


def publish(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Publish a finalised audit's report to its readers, in both editions, or a revision of a published one."""
    lock(session, Audit, audit.id)
    revision = document_queries.open_revision(session, audit)
    if revision is not None:
        _publish_revision(session, audit, revision, by=by)
        return
    with moving(
        session,
        AUDIT,
        "publish",
        audit,
        situation=situation_of_publishing(session, audit, by),
        subject=subject_of(audit),
    ) as rows:
        audit.published_at = clock.now()
        rows += [edition_row(kept) for kept in _freeze(session, audit, 0)]


def _publish_revision(session: Session, audit: Audit, revision: Revision, *, by: Viewer) -> None:
    situation = Situation(by, audit.ref, RevisionKnown(unsigned=unsigned(session, audit)))
    REVISION.demand("publish", revision, situation)
    # Before it is published: the document that is kept is the one that was being made.
    kept = _freeze(session, audit, revision.number)
    subject, details = subject_of(audit), {"number": revision.number}
    with moving(session, REVISION, "publish", revision, situation=situation, subject=subject, details=details) as rows:
        rows += [edition_row(edition) for edition in kept]


def _freeze(session: Session, audit: Audit, number: int) -> Sequence[PublishedEdition]:
    """Keep figures, text and pictures of both editions for good."""
    made = []
    for edition in Edition:
        document = draft_document(session, audit, edition=edition)
        parts: dict[str, Any] = {
            "figures": figures_text(figures_for(session, audit, edition)),
            "text": document_text(document, document.identifier),
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


def situation_of_revising(session: Session, audit: Audit, viewer: Viewer) -> Situation[RevisionKnown]:
    """Return the situation in which a person begins a revision of a report."""
    published = audit.state is AuditState.PUBLISHED
    kept = published and bool(document_queries.published_editions(session, audit, Edition.INTERNAL))
    revising = kept and document_queries.open_revision(session, audit) is not None
    return Situation(viewer, audit.ref, RevisionKnown(earlier=EarlierKnown(published, kept, revising)))


def why_not_revised(session: Session, audit: Audit, viewer: Viewer) -> str | None:
    """Return why a person cannot begin a revision of a report now, or None."""
    return REVISION.refusal("begin", unsaved(Revision), situation_of_revising(session, audit, viewer))


def begin_revision(session: Session, audit: Audit, reason: str, *, by: Viewer) -> Revision:
    """Begin to correct a published report.

    Its figures are made anew from the cases as they are now, and both sign it off again.
    """
    lock(session, Audit, audit.id)
    situation = situation_of_revising(session, audit, by)
    REVISION.demand("begin", unsaved(Revision), situation)
    result = current_figures(session, audit)
    found, frozen = faults_of(result), queries.publication(session, audit)
    if found or frozen is None:
        message = "The figures do not agree with each other, so no revision was begun: " + " ".join(found)
        raise Conflict(message)
    number = 1 + max((r.number for r in document_queries.revisions(session, audit)), default=0)
    made = Revision(
        audit_id=audit.id, number=number, reason=reason, begun_by=by.id, begun_at=clock.now(), published_at=None
    )
    frozen.figures = figures_text(result)
    frozen.sha256, frozen.frozen_at = sha256(frozen.figures), clock.now()
    withdrawn = _withdraw_sign_offs(session, audit, "overtake", f"Revision r{number} was begun.", by=by)
    begin(
        session,
        REVISION,
        "begin",
        made,
        situation=situation,
        subject=lambda _: subject_of(audit),
        details={"number": number},
        rows=[queries.publication_row(frozen), *withdrawn],
    )
    return made
