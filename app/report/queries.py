"""Which reports the person may read, the frozen figures, and how the cases of an audit were drawn."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.asking import asked_once, written_once
from app.audit.enums import AuditState, Origin
from app.audit.models import Audit, AuditCase
from app.audit.queries import audits_to_open, audits_visible_to
from app.audit.sample import queries as sample_queries
from app.audit.shapes.shape import shape_of
from app.errors import NotFound
from app.events import Row
from app.people.enums import Role
from app.people.models import Region, ServiceArea
from app.people.rules import Viewer
from app.report.figures.counted_cases import NO_REGION, Design, PopulationFacts, RegionOf, SampleFacts
from app.report.figures.uncertainty import OF_CASE
from app.report.models import Publication
from app.sampling import queries as sampling
from app.sampling.models import Frame, SampleDraw
from app.sampling.shapes.wanted import Shape

REPORTED = (AuditState.FINALISED, AuditState.PUBLISHED)
# Who may see how each auditor graded (statistics.md section 5).
BY_AUDITOR = (Role.LEAD, Role.DIRECTOR)
BEFORE_PUBLICATION = (Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.ANALYST)


@written_once
def _reported(viewer: Viewer) -> Select[Audit]:
    return audits_to_open(viewer).where(Audit.ref == bindparam("ref"), Audit.state.in_(REPORTED))


def reported_audit(session: Session, viewer: Viewer, ref: str) -> Audit:
    """Return a finalised audit whose report the person may read; raises NotFound."""
    found = session.scalars(_reported(viewer), {"ref": ref}).one_or_none()
    if found is None or not may_read_report(viewer, found):
        raise NotFound
    return found


def may_read_report(viewer: Viewer, of: Audit) -> bool:
    """Say whether who may know of an audit may read its report: until it is published only its makers."""
    return of.state is AuditState.PUBLISHED or (
        of.state is AuditState.FINALISED and viewer.has(*BEFORE_PUBLICATION, audit=of.ref)
    )


@written_once
def _published(viewer: Viewer) -> Select[Audit]:
    known = audits_visible_to(viewer).where(Audit.state == AuditState.PUBLISHED)
    return known.order_by(Audit.published_at.desc())


def published(session: Session, viewer: Viewer) -> Sequence[Audit]:
    """Return the audits whose published report the person may read, newest first."""
    return session.scalars(_published(viewer)).all()


@asked_once
def publication(session: Session, of: Audit) -> Publication | None:
    """Return the frozen figures of an audit."""
    return session.scalars(select(Publication).where(Publication.audit_id == of.id)).one_or_none()


def publications(session: Session) -> Iterator[Publication]:
    """Yield the frozen figures of every audit."""
    yield from session.scalars(select(Publication).order_by(Publication.id))


_SAMPLED = select(AuditCase.area).where(AuditCase.audit_id == bindparam("audit"))
_AREAS = (
    select(ServiceArea.code, Region.code, Region.name, Region.position)
    .outerjoin(Region, Region.code == ServiceArea.region)
    .where(ServiceArea.code.in_(_SAMPLED) | ServiceArea.code.in_(bindparam("frame", expanding=True)))
    .order_by(ServiceArea.position)
)


_DRAWN_CASES = (
    select(AuditCase.area, func.count())
    .where(AuditCase.audit_id == bindparam("audit"), AuditCase.origin == Origin.DRAWN)
    .group_by(AuditCase.area)
)


@asked_once
def _areas(session: Session, of: Audit) -> Sequence[Any]:
    """Return the areas that have a case in the audit or a filing in its frame, in their usual order, with regions."""
    return session.execute(_AREAS, {"audit": of.id, "frame": sampling.areas_of(session, of.frame_id)}).all()


def area_order(session: Session, of: Audit) -> tuple[str, ...]:
    """Return the codes of the areas that have a case in the audit or a filing in its frame, in their usual order."""
    return tuple(row[0] for row in _areas(session, of))


def regions_of(session: Session, of: Audit) -> tuple[RegionOf, ...]:
    """Return the regions that these areas belong to now, in their order; those of none come last, and only then."""
    found: dict[tuple[int, str, str], list[str]] = {}
    left = []
    for area, code, name, position in _areas(session, of):
        if code is None:
            left.append(area)
        else:
            found.setdefault((position, code, name), []).append(area)
    made = [RegionOf(code, name, tuple(areas)) for (_, code, name), areas in sorted(found.items())]
    return (*made, *([RegionOf(NO_REGION, "", tuple(left))] if made and left else []))


def sample_facts(session: Session, of: Audit, frame: Frame | None) -> SampleFacts | None:
    """Return how an audit's cases were drawn from its frame, or None where it was brought in without a draw."""
    draw = sampling.sample_draw(session, of.draw_id)
    if frame is None or draw is None:
        return None
    made = sample_queries.replacements_of(session, of)
    gone = sample_queries.gone_from(session, of)
    by_area = {m["key"][0]: m["drawn"] or 0 for m in draw.receipt["margins"] if m["family"] == "area"}
    if shape_of(of).cases > 1:
        # What is missing are cases, so what was drawn is counted in cases too.
        by_area = {area: count for area, count in session.execute(_DRAWN_CASES, {"audit": of.id})}
    return SampleFacts(
        practitioners=frame.practitioners,
        filings=frame.rows,
        fraction=draw.receipt["config"]["fraction"],
        drawn=draw.drawn,
        drawn_by_area=by_area,
        replaced=Counter(r.reason for r in made if r.new_case_id),
        lost=sum(g.short for g in gone),
        added=sample_queries.added_to(session, of),
        missing=Counter(g.area for g in gone),
        receipt=_receipt_facts(frame, draw),
        shape=_shape_facts(of, draw),
    )


def _shape_facts(of: Audit, draw: SampleDraw) -> dict[str, Any]:
    """Return what else than a fraction was wanted, and what became of it: the receipt's words and more cases."""
    shape = shape_of(of)
    more = {"cases_drawn": draw.receipt["cases"], "cases_each": shape.cases} if shape.cases > 1 else {}
    staff = {"employment": shape.kept()["employment"]} if shape.employment else {}
    return {**draw.receipt.get("wanted", {}), **more, **staff}


def design_of(session: Session, of: Audit, frame: Frame | None) -> Design | None:
    """Return what weighs an audit's practitioners, or None where all had one chance and gave one case."""
    draw, shape = sampling.sample_draw(session, of.draw_id), shape_of(of)
    if frame is None or draw is None or not (shape.unequal or shape.cases > 1):
        return None
    by = _strata_by(shape)
    sizes, drawn, several = Counter[str](), Counter[str](), Counter[str]()
    for group in draw.receipt["groups"]:
        key, number = "\t".join(group[name] for name in by), sum(group["n"].values())
        sizes[key] += group["N"]
        drawn[key] += number
        several[key] += number if len(group["law_types"]) > 1 else 0
    shares = {key: several[key] / drawn[key] for key in sizes if drawn[key]}
    names = tuple({"area": "service_area"}.get(name, name) for name in by)
    return Design(sizes, shares, names, unequal=shape.unequal, cases=shape.cases)


def _strata_by(shape: Shape) -> tuple[str, ...]:
    if not shape.unequal:
        return ()
    return ("area", "employment") if shape.employment else ("area",)


def _receipt_facts(frame: Frame, draw: SampleDraw) -> dict[str, Any]:
    return {
        "frame_sha256": frame.sha256,
        "locked_at": draw.receipt["frame"]["locked_at"],
        "seed": draw.seed,
        "made_how": draw.receipt["seed"]["made_how"],
        "drawn_at": draw.drawn_at.isoformat(),
        "selection_sha256": draw.selection_sha256,
        "receipt_sha256": draw.receipt["receipt_sha256"],
        **({"rehearsal": True} if draw.receipt["seed"]["rehearsal"] else {}),
    }


def population_facts(frame: Frame | None) -> PopulationFacts | None:
    """Return the practitioners of an audit's locked frame, or None where it has none."""
    if frame is None or frame.locked_at is None:
        return None
    return PopulationFacts(frame.practitioners, frame.rows, {name: frame.summary[name] for name in OF_CASE})


def publication_row(of: Publication) -> Row:
    """Return frozen figures as the event log keeps them."""
    return Row("publication", of.id, {"sha256": of.sha256}, {"figures": [of.audit_id, of.figures, of.frozen_at]})


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    yield from map(publication_row, publications(session))
