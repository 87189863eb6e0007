"""Commissioning an audit, agreeing its framework, withdrawing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import situation_in_audit, subject_of
from app.audit.enums import AuditKind, AuditState
from app.audit.log import audit_row
from app.audit.models import EXTEND_OVER, SHARE, Audit
from app.audit.rules import AUDIT
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.models import ServiceArea
from app.people.rules import Viewer, area_key
from app.workflow import move


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What a national service director decides when commissioning an audit."""

    ref: str
    name: str
    kind: AuditKind
    purpose: str
    window_from: date
    window_to: date
    law_types: Sequence[str]
    bands: Sequence[str]
    fraction: str
    good_target: int | None
    not_met_target: int | None
    threshold_id: int
    review_days: int = 5
    challenge_days: int = 10
    escalation_days: int = 5
    correction_days: int = 2
    benchmark_share: str = SHARE
    extend_over: int = EXTEND_OVER
    grade_by: date | None = None
    comparators: Sequence[Mapping[str, Any]] = ()
    law_rule: str = "share"


def commission(session: Session, wanted: Commission, *, by: int | None) -> Audit:
    """Commission an audit; raises Conflict where the reference is taken."""
    if queries.is_taken(session, wanted.ref):
        raise Conflict(f"There is already an audit with the reference {wanted.ref}. Choose another reference.")
    audit = Audit(
        ref=wanted.ref,
        name=wanted.name,
        kind=wanted.kind,
        purpose=wanted.purpose,
        state=AuditState.COMMISSIONED,
        window_from=wanted.window_from,
        window_to=wanted.window_to,
        law_types=list(wanted.law_types),
        bands=list(wanted.bands),
        fraction=wanted.fraction,
        law_rule=wanted.law_rule,
        good_target=wanted.good_target,
        not_met_target=wanted.not_met_target,
        comparators=[dict(c) for c in wanted.comparators],
        threshold_id=wanted.threshold_id,
        review_days=wanted.review_days,
        challenge_days=wanted.challenge_days,
        escalation_days=wanted.escalation_days,
        correction_days=wanted.correction_days,
        benchmark_share=wanted.benchmark_share,
        extend_over=wanted.extend_over,
        grade_by=wanted.grade_by,
        commissioned_at=clock.now(),
        commissioned_by=by,
        finalised_at=None,
        published_at=None,
        imported=False,
        frame_id=None,
        draw_id=None,
    )
    session.add(audit)
    session.flush()
    record(
        session,
        "audit_commissioned",
        by=by,
        subject=subject_of(audit),
        details={"name": audit.name, "state": audit.state},
        rows=[audit_row(audit)],
    )
    return audit


def agree_framework(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Agree the framework: from now on it is locked."""
    lock(session, Audit, audit.id)
    move(session, AUDIT, "agree", audit, situation=situation_in_audit(audit, by), subject=subject_of(audit))


def withdraw(session: Session, audit: Audit, *, by: Viewer, reason: str) -> None:
    """Withdraw an audit before it is published, with the reason."""
    lock(session, Audit, audit.id)
    move(
        session,
        AUDIT,
        "withdraw",
        audit,
        situation=situation_in_audit(audit, by),
        subject=subject_of(audit),
        details={"reason": reason},
    )


def add_areas(session: Session, codes: Sequence[str], *, by: int | None) -> None:
    """Add service areas that an import brought and a person confirmed; all areas keep their usual order."""
    for code in sorted(codes, key=area_key):
        session.add(ServiceArea(code=code, name=code, position=0))
        record(session, "area_added", by=by, subject=Subject("area", code))
    session.flush()
    for position, area in enumerate(sorted(session.scalars(select(ServiceArea)), key=lambda a: area_key(a.code)), 1):
        area.position = position
