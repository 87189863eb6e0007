"""Finalising an audit, and the figures of any audit at any time."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions import settle, situation_in_audit, subject_of
from app.audit.enums import CaseState
from app.audit.library.queries import document_of
from app.audit.models import Audit, AuditCase
from app.audit.rules import AUDIT, AuditKnown
from app.clock import clock
from app.db import HELD, lock
from app.errors import Conflict
from app.moderation.follow_up.actions import lapse_unanswered
from app.people.rules import Viewer
from app.report import queries
from app.report.blockers import still_open
from app.report.cases import queries as case_queries
from app.report.cases.exceptions import exceptions
from app.report.cases.standards import standards_figures
from app.report.enums import Stage
from app.report.figures.all_figures import figures
from app.report.figures.checks import check
from app.report.figures.counted_cases import Basis, Comparator, Targets
from app.report.figures.moderation import faults as moderation_faults
from app.report.figures.moderation import moderation_figures
from app.report.models import Publication
from app.sampling import queries as sampling
from app.workflow import moving


def _targets(audit: Audit) -> Targets | None:
    if audit.good_target is None or audit.not_met_target is None:
        return None
    return Targets(audit.good_target, audit.not_met_target)


def framework_of(audit: Audit) -> Basis:
    """Return what an audit's framework says, as its figures want it, without areas and sample."""
    document = document_of(audit)
    return Basis(
        scale=tuple((level.code, level.label) for level in document.scale),
        seen_asked=case_queries.seen_asked(document, audit.law_types),
        area_order=(),
        law_types=tuple(audit.law_types),
        targets=_targets(audit),
        comparators=tuple(Comparator.from_json(c) for c in audit.comparators),
        sample=None,
        population=None,
    )


def basis_of(session: Session, audit: Audit) -> Basis:
    """Return what an audit's figures rest on: its framework, its areas, and how its cases were drawn."""
    # Read once for all that ask for it: a session forgets what nobody holds, and its summary is long.
    frame = sampling.frame(session, audit.frame_id)
    return replace(
        framework_of(audit),
        area_order=queries.area_order(session, audit),
        sample=queries.sample_facts(session, audit, frame),
        population=queries.population_facts(frame),
    )


def current_figures(session: Session, audit: Audit, as_at: Stage = Stage.FINAL) -> dict[str, Any]:
    """Compute an audit's figures from its cases, as they are or as they were at an earlier stage of the grades."""
    basis = basis_of(session, audit)
    found = figures(
        basis,
        case_queries.graded_cases(session, audit),
        case_queries.themes(session, audit),
        as_at=as_at,
    )
    return {
        **found,
        **standards_figures(session, audit, basis, as_at),
        **exceptions(session, audit),
        "moderation": moderation_figures(case_queries.moderated(session, audit), found["bridge"]["stages"]),
    }


def figures_of(session: Session, audit: Audit, as_at: Stage = Stage.FINAL) -> Mapping[str, Any]:
    """Return the frozen figures of a finalised audit, or those of an earlier stage of its grades, which nobody froze.

    Raises Conflict before that.
    """
    frozen = queries.publication(session, audit)
    if frozen is None:
        raise Conflict(f"{audit.ref} has not been finalised, so it has no report yet.")
    if as_at is not Stage.FINAL:
        return current_figures(session, audit, as_at)
    return dict(json.loads(frozen.figures))


def figures_text(result: Mapping[str, Any]) -> str:
    """Return figures as JSON text, keys sorted."""
    return json.dumps(result, sort_keys=True, ensure_ascii=False, indent=1)


def faults_of(result: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each two figures that disagree."""
    return [*check(result), *moderation_faults(result["moderation"])]


def freeze(session: Session, audit: Audit) -> Publication:
    """Keep an audit's figures for good, once they agree with themselves; raises Conflict where two of them do not."""
    result = current_figures(session, audit)
    faults = faults_of(result)
    if faults:
        raise Conflict("The figures do not agree with each other, so nothing was finalised: " + " ".join(faults))
    text = figures_text(result)
    kept = Publication(
        audit_id=audit.id, figures=text, sha256=hashlib.sha256(text.encode()).hexdigest(), frozen_at=clock.now()
    )
    session.add(kept)
    session.flush()
    return kept


def finalise(session: Session, audit: Audit, *, by: Viewer) -> Publication:
    """Finalise an audit: refused while anything is open; every grade becomes final and the figures are frozen."""
    lock(session, Audit, audit.id)
    situation = situation_in_audit(audit, by, AuditKnown(still_open=still_open(session, by, audit)))
    refusal = AUDIT.refusal("finalise", audit, situation)
    if refusal:  # said before the figures are checked: they cannot agree while a challenge is open
        raise Conflict(refusal)
    graded = (AuditCase.audit_id == audit.id) & (AuditCase.state == CaseState.GRADED)
    # Held before what hangs on them.
    held = select(AuditCase).where(graded).order_by(AuditCase.id).with_for_update(**HELD)
    cases = session.scalars(held.execution_options(populate_existing=True)).all()
    lapse_unanswered(session, audit, by=by)
    frozen = freeze(session, audit)
    subject, details = subject_of(audit), {"figures_sha256": frozen.sha256}
    with moving(session, AUDIT, "finalise", audit, situation=situation, subject=subject, details=details) as rows:
        audit.finalised_at = clock.now()
        rows.append(queries.publication_row(frozen))
    for case in cases:
        settle(session, case, by=by)
    return frozen
