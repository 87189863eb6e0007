"""What happens to drafts of audits and to templates: one verb, one function, change and event in one transaction."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.audit.actions import situation_in_audit, subject_of
from app.audit.commission.actions import offered_faults, situation_of_agreeing
from app.audit.commission.rules import reference_fault
from app.audit.drafts import queries
from app.audit.drafts.log import draft_row, template_row
from app.audit.drafts.models import AuditDraft, AuditTemplate
from app.audit.drafts.recheck import why_it_no_longer_fits
from app.audit.drafts.rules import template_of, typed_of
from app.audit.enums import AuditKind, AuditState
from app.audit.filings.actions import allowed_in
from app.audit.framework import Commission
from app.audit.log import audit_row
from app.audit.models import Audit
from app.audit.rules import AUDIT
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict, Refusal
from app.events import Subject, record
from app.people.rules import Viewer
from app.sampling.models import Frame
from app.web.merging import Merged, marks_of, merge
from app.workflow import moving

LONGEST_NAME = 200


def begin_draft(session: Session, ref: str, typed: Mapping[str, str], *, by: Viewer | None) -> Audit:
    """Keep the draft of an audit under a reference; raises Refusal where it cannot have that one."""
    ref = ref.strip().upper()
    fault = reference_fault(ref) or queries.reference_faults(session, ref, None)
    if fault:
        raise Refusal(f"{fault}.")
    if by is not None:
        AUDIT["draft"].demand_role(by)
    chosen = queries.documents(session)
    if not chosen:
        raise Conflict("No threshold document is published yet. Publish one, then an audit can be drafted.")
    audit = _empty(ref, typed.get("name", ""), chosen[0].id)
    session.add(audit)
    session.flush()
    author = by.id if by else None
    draft = AuditDraft(audit_id=audit.id, typed={**typed, "ref": ref}, saved_by=author, saved_at=clock.now())
    session.add(draft)
    session.flush()
    rows = [audit_row(audit), draft_row(draft)]
    details = {"state": audit.state}
    record(session, "audit_drafted", by=author, subject=subject_of(audit), details=details, rows=rows)
    return audit


def _empty(ref: str, name: str, threshold: int) -> Audit:
    """Return an audit of which nothing is decided yet; nobody is shown what stands for it meanwhile."""
    nothing = Commission.model_construct(
        ref=ref,
        name=name[:LONGEST_NAME] or ref,
        kind=AuditKind.NATIONAL,
        purpose="",
        window_from=today(),
        window_to=today(),
        law_types=[],
        bands=[],
        fraction="",
        threshold_id=threshold,
    )
    of = {name: getattr(nothing, name) for name in Commission.model_fields}
    return Audit(**of, state=AuditState.DRAFT, commissioned_at=clock.now(), commissioned_by=None, imported=False)


def save_draft(session: Session, audit: Audit, sent: Mapping[str, str], *, served: str, by: Viewer) -> Merged:
    """Keep what somebody typed in a draft; what another changed meanwhile stays. Nothing is kept while texts clash.

    Raises Refusal where its new reference cannot be had.
    """
    lock(session, Audit, audit.id)
    AUDIT.demand("save", audit, situation_in_audit(audit, by))
    draft = queries.typed(session, audit)
    merged = merge(marks_of(served), draft.typed, sent)
    if merged.clashes or dict(merged.values) == draft.typed:
        return merged
    ref = merged.values["ref"].strip().upper()
    if fault := reference_fault(ref) or queries.reference_faults(session, ref, audit):
        raise Refusal(f"{fault}.")
    situation, subject = situation_in_audit(audit, by), subject_of(audit)
    with moving(session, AUDIT, "save", audit, situation=situation, subject=subject) as rows:
        draft.typed, draft.saved_by, draft.saved_at = {**merged.values, "ref": ref}, by.id, clock.now()
        if audit.commissioned_by is None:
            audit.ref, audit.name = ref, merged.values["name"][:LONGEST_NAME] or ref
        rows.append(draft_row(draft))
    return merged


def commission_draft(session: Session, audit: Audit, wanted: Commission, *, by: Viewer) -> str:
    """Commission a draft that is whole; return why its list has to be imported anew, if it had one and it has to."""
    lock(session, Audit, audit.id)
    for fault in offered_faults(session, wanted):
        raise Conflict(f"{fault}.")
    frame = lock(session, Frame, audit.frame_id) if audit.frame_id else None
    before, gone = allowed_in(session, audit) if frame else None, ""
    situation, subject = situation_in_audit(audit, by), subject_of(audit)
    details: dict[str, object] = {"name": wanted.name}
    with moving(session, AUDIT, "commission", audit, situation=situation, subject=subject, details=details):
        for name in Commission.model_fields:
            setattr(audit, name, getattr(wanted, name))
        audit.commissioned_at, audit.commissioned_by = clock.now(), by.id
        audit.agreed_at = audit.agreed_by = None
        session.flush()
        if frame and before:
            gone = why_it_no_longer_fits(session, audit, frame, before)
            audit.frame_id = None if gone else audit.frame_id
    if gone:
        details = {"sha256": frame.sha256 if frame else "", "why": gone}
        record(session, "frame_set_aside", by=by.id, subject=subject, details=details, rows=[audit_row(audit)])
    return gone


def discard_draft(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Discard a draft; its reference is free again."""
    lock(session, Audit, audit.id)
    subject = subject_of(audit)
    with moving(session, AUDIT, "discard", audit, situation=situation_in_audit(audit, by), subject=subject):
        # No reference that can be typed has this sign.
        audit.ref = f"~{audit.id}"


def back_to_draft(session: Session, audit: Audit, move: str, *, by: Viewer, reason: str = "") -> None:
    """Take an audit back, send it back, or reopen its framework: it is a draft again, as it was commissioned."""
    lock(session, Audit, audit.id)
    situation, details = situation_of_agreeing(session, audit, by), {"reason": reason} if reason else {}
    with moving(session, AUDIT, move, audit, situation=situation, subject=subject_of(audit), details=details) as rows:
        typed = typed_of(audit, queries.scale_of(audit))
        draft = AuditDraft(
            audit_id=audit.id, typed=typed, saved_by=by.id, saved_at=clock.now(), returned_by=by.id, returned_why=reason
        )
        draft = session.merge(draft)
        session.flush()
        rows.append(draft_row(draft))


def keep_template(session: Session, audit: Audit, name: str, *, by: Viewer) -> AuditTemplate:
    """Keep an audit's framework as a template; raises Conflict where another has this name."""
    AUDIT["draft"].demand_role(by)
    if any(of.name.casefold() == name.casefold() for of in queries.templates(session)):
        raise Conflict(f"There is already a template called ‘{name}’. Choose another name, or remove that one first.")
    body = template_of(typed_of(audit, queries.scale_of(audit)))
    kept = AuditTemplate(name=name, body=body, made_by=by.id, made_at=clock.now())
    session.add(kept)
    session.flush()
    details = {"name": name, "audit": audit.ref}
    record(session, "template_kept", by=by.id, subject=_subject(kept), details=details, rows=[template_row(kept)])
    return kept


def retire_template(session: Session, number: int, *, by: Viewer) -> AuditTemplate:
    """Remove a template from those that are offered; raises NotFound."""
    AUDIT["draft"].demand_role(by)
    kept = queries.template(session, number)
    lock(session, AuditTemplate, kept.id)
    kept.retired_at, kept.retired_by = clock.now(), by.id
    session.flush()
    details, rows = {"name": kept.name}, [template_row(kept)]
    record(session, "template_retired", by=by.id, subject=_subject(kept), details=details, rows=rows)
    return kept


def _subject(of: AuditTemplate) -> Subject:
    return Subject("audit template", of.id)
