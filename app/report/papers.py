"""The report of an audit as a document."""

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.clock import day
from app.documents import Column, Document, Kind, Picture, Row, Section, Sentences, Table
from app.report import narrative, queries
from app.report.actions import basis_of, figures_of
from app.report.enums import Edition, Stage


def report_document(session: Session, audit: Audit, *, edition: Edition = Edition.INTERNAL, as_at: Stage = Stage.FINAL) -> Document:
    """Return an audit's report; raises Conflict before the audit is finalised."""
    basis, figures = basis_of(session, audit), figures_of(session, audit)
    frozen = queries.publication(session, audit)
    assert frozen is not None  # noqa: S101 - figures_of has read it
    columns = [Column("Service area", Kind.WORDS), *(Column(label) for _, label in basis.scale), Column("All")]
    areas = [(area, figures["service_area"][area]) for area in figures["service_area_order"]]
    rows = [Row([area, *(table[code]["count"] for code, _ in basis.scale), table["total"]]) for area, table in areas]
    values = [{"area": area, "cases": table["total"]} for area, table in areas]
    spec = {"data": {"values": values}, "mark": "bar", "encoding": {"x": {"field": "cases", "type": "quantitative"}, "y": {"field": "area", "type": "nominal"}}}
    picture = Picture("areas", "Cases by service area", "Bars of the cases of each area.", spec, spec, "figure-3")
    table = Table("figure-3", "Grades by service area", columns, rows)
    sections = [
        Section("overall", "Overall", (Sentences(narrative.overall(basis, figures)),)),
        Section("areas", "Service areas", (picture, table) if rows else (table,)),
    ]
    facts = [("Work filed", f"{day(audit.window_from)} to {day(audit.window_to)}"), ("Edition", edition.value), ("Grades", as_at.value)]
    marking = "Official-sensitive" if edition is Edition.INTERNAL else ""
    return Document(audit.ref, audit.name, "Report of the audit", facts, frozen.sha256[:12], sections, marking)
