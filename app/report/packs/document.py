"""An area's pack of a finalised audit, as a document."""

from collections.abc import Callable, Collection
from dataclasses import replace
from urllib.parse import quote

from sqlalchemy.orm import Session

from app.audit.enums import AuditState
from app.audit.library.queries import document_of
from app.audit.models import Audit
from app.audit.rehearsals import MARK
from app.clock import day
from app.documents import Document, Picture, Section
from app.moderation.sheets.queries import discussed_in
from app.report import actions, queries
from app.report.document.editions import document_text, sha256
from app.report.packs import queries as pack_queries
from app.report.packs.figures import figures_section
from app.report.packs.learning import learning_section
from app.report.packs.pack import Pack
from app.report.packs.sections import (
    CASE,
    cases_section,
    each_case_section,
    examples_section,
    own_section,
    plan_section,
)


def address(audit: Audit, area: str) -> str:
    """Return where an area's pack is; the code of an area may have spaces."""
    return f"/audits/{audit.ref}/areas/{quote(area, safe='')}"


def area_pack(session: Session, audit: Audit, area: str) -> Document:
    """Return an area's pack; raises Conflict before the audit is finalised.

    The caller keeps who opens it (`pack_actions.keep_opening`).
    """
    pack = _pack(session, audit, area)
    pack = replace(
        pack,
        cases=pack_queries.cases_of_area(session, audit, area),
        plan=pack_queries.plan_of(session, audit, area),
        discussed=discussed_in(session, audit, area),
    )
    made = Document(
        reference=f"{audit.ref}-{area.replace(' ', '-')}",
        title=f"Area pack: {area}",
        subtitle=audit.name,
        facts=_facts(session, audit),
        identifier="",
        sections=_sections(pack, f"{address(audit, area)}/plan"),
        marking=MARK if audit.rehearsal else "Official-sensitive",
    )
    # The plan and what becomes of the cases change after the figures are frozen, so a pack is named by all that is in
    # it.
    return replace(made, identifier=sha256(document_text(made))[:12])


def _pack(session: Session, audit: Audit, area: str) -> Pack:
    """Return a pack with its figures, without its cases and its plan."""
    return Pack(
        area=area,
        basis=actions.basis_of(session, audit),
        figures=actions.figures_of(session, audit),
        document=document_of(audit),
        cases=(),
        plan=(),
        whole=audit.state is AuditState.PUBLISHED,
    )


def _facts(session: Session, audit: Audit) -> list[tuple[str, str]]:
    frozen = queries.publication(session, audit)
    assert frozen is not None  # noqa: S101 - figures_of has read it
    return [
        ("Filing window", f"{day(audit.window_from)} to {day(audit.window_to)}"),
        ("Threshold document", audit.threshold.name),
        ("Audit finalised", day(audit.finalised_at)),
        ("Data set", f"{frozen.sha256[:12]}, {day(frozen.frozen_at)}"),
    ]


def _sections(pack: Pack, plan: str) -> list[Section]:
    sections = [
        figures_section(pack),
        cases_section(pack),
        learning_section(pack),
        own_section(pack),
        plan_section(pack, plan),
        examples_section(pack),
        each_case_section(pack),
    ]
    return [section for section in sections if section]


def pack_picture(session: Session, audit: Audit, area: str, code: str) -> Picture | None:
    """Return a picture of an area's pack; its figures are enough for it."""
    blocks = figures_section(_pack(session, audit, area)).blocks
    return next((block for block in blocks if isinstance(block, Picture) and block.code == code), None)


def linked_for(pack: Document, opens: Callable[[Collection[int]], Collection[int]]) -> Document:
    """Return a pack whose links to cases are those that its reader may open, as `opens` says of some cases."""
    theirs = {part.link[0] for section in pack.sections for part in section.parts if part.link}
    cases = {address: int(address.removeprefix(CASE)) for address in theirs if address.startswith(CASE)}
    shut = cases.keys() - {f"{CASE}{case}" for case in opens(set(cases.values()))}
    return replace(pack, sections=[replace(s, parts=[_unlinked(p, shut) for p in s.parts]) for s in pack.sections])


def _unlinked(part: Section, shut: Collection[str]) -> Section:
    return replace(part, link=None) if part.link and part.link[0] in shut else part
