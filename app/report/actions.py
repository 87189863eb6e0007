"""Finalising an audit, and the figures of any audit at any time."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions import hold_with_cases, settled_at_the_end, situation_in_audit, subject_of
from app.audit.enums import CaseState
from app.audit.library.queries import document_of
from app.audit.models import Audit, AuditCase
from app.audit.rules import AUDIT, CASE, AuditKnown
from app.clock import clock
from app.errors import Conflict
from app.long_acts.forethought import Forethought, settled
from app.long_acts.steps import Step, make_steps
from app.moderation.follow_up.actions import lapses
from app.moderation.models import Return
from app.moderation.returns.rules import RETURN
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.report import queries
from app.report.blockers import StillOpen, still_open
from app.report.cases import queries as case_queries
from app.report.cases.exceptions import exceptions
from app.report.cases.facts import facts
from app.report.cases.reasons import lowest_reasons
from app.report.cases.standards import standards_figures
from app.report.cases.supervision import supervision
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
        kinds=kinds_now(session),
        area_order=queries.area_order(session, audit),
        regions=queries.regions_of(session, audit),
        sample=queries.sample_facts(session, audit, frame),
        population=queries.population_facts(frame),
        design=queries.design_of(session, audit, frame),
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
    standards = standards_figures(session, audit, basis, found, as_at)
    return {
        **found,
        **standards,
        **(lowest_reasons(session, audit) if as_at is Stage.FINAL else {}),
        # Results that were brought in have no facts but whether children were seen, which figures have already.
        **(facts(session, audit, basis, found) if "standards" in standards else {}),
        **exceptions(session, audit),
        **(supervision(session, audit) if as_at is Stage.FINAL else {}),
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


def agreed_figures(session: Session, audit: Audit) -> str:
    """Return an audit's figures as they are kept for good; raises Conflict where two of them do not agree."""
    result = current_figures(session, audit)
    faults = faults_of(result)
    if faults:
        raise Conflict("The figures do not agree with each other, so nothing was finalised: " + " ".join(faults))
    return figures_text(result)


def freeze(session: Session, audit: Audit, text: str) -> Publication:
    """Keep an audit's figures for good."""
    kept = Publication(
        audit_id=audit.id, figures=text, sha256=hashlib.sha256(text.encode()).hexdigest(), frozen_at=clock.now()
    )
    session.add(kept)
    session.flush()
    return kept


@dataclass(frozen=True, slots=True)
class Ending:
    """What finalising an audit brings: its figures, which returned cases lapse, and every grade that becomes final."""

    still_open: Sequence[StillOpen]
    figures: str
    lapses: Sequence[Step]
    final: Sequence[Step]


def ending_of(session: Session, audit: Audit, *, by: Viewer) -> Ending:
    """Think out how an audit is finalised; raises Conflict while anything is open."""
    found = still_open(session, by, audit)
    refusal = AUDIT.refusal("finalise", audit, situation_in_audit(audit, by, AuditKnown(still_open=found)))
    if refusal:  # said before the figures are checked: they cannot agree while a challenge is open
        raise Conflict(refusal)
    graded = (AuditCase.audit_id == audit.id) & (AuditCase.state == CaseState.GRADED)
    cases = session.scalars(select(AuditCase).where(graded).order_by(AuditCase.id)).all()
    # A case that was not answered in time counts as that in the figures before it lapses too.
    figures, lapsing = agreed_figures(session, audit), lapses(session, audit, by=by)
    return Ending(found, figures, lapsing, [settled_at_the_end(case, by=by) for case in cases])


def finalise(session: Session, audit: Audit, *, by: Viewer, before: Forethought[Ending] | None = None) -> Publication:
    """Finalise an audit: refused while anything is open; every grade becomes final and the figures are frozen."""
    hold_with_cases(session, audit)
    made = settled(session, before, lambda: ending_of(session, audit, by=by))
    make_steps(session, RETURN, "lapse", Return, made.lapses)
    frozen = freeze(session, audit, made.figures)
    situation = situation_in_audit(audit, by, AuditKnown(still_open=made.still_open))
    subject, details = subject_of(audit), {"figures_sha256": frozen.sha256}
    with moving(session, AUDIT, "finalise", audit, situation=situation, subject=subject, details=details) as rows:
        audit.finalised_at = clock.now()
        rows.append(queries.publication_row(frozen))
    make_steps(session, CASE, "settle", AuditCase, made.final)
    return frozen
