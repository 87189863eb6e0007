"""What an earlier audit's figures would be: it is brought in and taken back, so that nothing of it stays."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.documents import Table
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import Result
from app.report import queries
from app.report.actions import basis_of
from app.report.document import tables
from app.report.figures.all_figures import Basis
from app.report.findings.known import Figures
from app.report.findings.shares import target_of
from app.report.findings.verdicts import verdict_sentence
from app.report.narrative.graded import audited, share_of
from app.sampling.reading import FrameReading


@dataclass(frozen=True, slots=True)
class Tried:
    """The figures that results give: their hash, what they say in all and by area, and areas that are not known."""

    sha256: str
    sentences: Sequence[str]
    tables: Sequence[Table]


def try_results(
    session: Session, of: EarlierAudit, results: Sequence[Result], *, frame: FrameReading | None, by: int
) -> Tried:
    """Return what the figures of results are, and leave nothing behind; raises Conflict as keeping them would."""
    savepoint = session.begin_nested()
    try:
        return _tried(session, import_results(session, of, results, frame=frame, by=by))
    finally:
        savepoint.rollback()


def _tried(session: Session, audit: Audit) -> Tried:
    frozen = queries.publication(session, audit)
    assert frozen is not None  # noqa: S101 - it was just brought in
    basis, found = basis_of(session, audit), json.loads(frozen.figures)
    return Tried(frozen.sha256, [*_sentences(basis, found)], [*_tables(basis, found)])


def _sentences(basis: Basis, figures: Figures) -> Sequence[str]:
    overall = figures["overall"]
    told = [
        verdict_sentence(basis, figures, code, share_of(overall[code], overall["total"], target=target_of(basis, code)))
        for code, _ in (basis.scale[0], basis.scale[-1])
    ]
    return [audited(basis, overall), *filter(None, told)]


def _tables(basis: Basis, figures: Figures) -> Sequence[Table]:
    names = basis.kinds.law_types.shorts(basis.law_types)
    laws = [(name, figures["law_type"][code.upper()]) for code, name in names.items()]
    areas = [(area, figures["service_area"][area]) for area in figures["service_area_order"]]
    everything = ("All areas", figures["overall"])
    return [
        tables.grades(basis, "law-types", "Grades by law type", "Law type", laws, total=tables.whole(figures)),
        tables.grades(basis, "areas", "Grades by service area", "Service area", areas, total=everything),
    ]
