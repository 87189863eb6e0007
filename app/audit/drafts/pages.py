"""The form of an audit as a page: new, or a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.audit import queries as audit_queries
from app.audit.drafts import queries
from app.audit.enums import AUDIT_KIND_LABELS, AuditKind
from app.audit.framework import Commission
from app.audit.models import Audit
from app.audit.rules import AUDIT
from app.people.queries import kinds_now
from app.web.pages import Filled, Page
from app.web.routing import Visit

USUAL = (
    *("law_rule", "review_days", "challenge_days", "decision_days"),
    *("escalation_days", "correction_days", "benchmark_share", "extend_over"),
)
DEFAULTS = {
    **{name: str(Commission.model_fields[name].default) for name in USUAL},
    "fraction": "1/2",
    "how_many": "share",
    "cases_each": "1",
    "kind": "national",
}
WAYS = (
    (
        "share",
        "A share of the practitioners",
        "The same share of every service area, such as half. Everybody’s chance is the same",
    ),
    (
        "total",
        "A number in all",
        "Each service area in proportion to its practitioners. Everybody’s chance is the same",
    ),
    (
        "areas",
        "A number or a share by service area",
        "Areas can be compared on equal numbers. Chances differ, so the whole audit’s shares are weighted",
    ),
    ("everybody", "Everybody", "Nothing is left to chance, and nothing is estimated"),
)


@dataclass(frozen=True, slots=True)
class Returned:
    """By whom and why an audit came back to its draft."""

    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DraftPage(Page):
    """An audit to be commissioned: new, or a draft."""

    template: ClassVar[str] = "audit/drafts/draft.html"
    form: Filled
    kinds: Sequence[tuple[str, str]]
    law_types: Sequence[tuple[str, str]]
    bands: Sequence[tuple[str, str]]
    documents: Sequence[tuple[str, str]]
    # How many practitioners are audited: each way with what it means.
    ways: Sequence[tuple[str, str, str]]
    areas: str
    staff: str
    thresholds: Sequence[tuple[str, str]]
    # What a new audit can start from, as options; none of a draft.
    starts: Sequence[tuple[str, str]]
    started: str
    # The draft, None of an audit that is not kept yet.
    draft: Audit | None
    holes: Sequence[Mapping[str, Any]]
    saved: str
    returned: Returned | None
    may_commission: bool
    may_discard: bool
    was_audit: bool


def draft_page(visit: Visit, form: Filled, draft: Audit | None = None, **more: Any) -> DraftPage:  # noqa: ANN401 - of the page
    """Return the form of an audit; `more` is what only a draft has."""
    session, kinds = visit.session, kinds_now(visit.session)
    empty: dict[str, Any] = {"holes": (), "saved": "", "returned": None, "started": ""}
    return DraftPage(
        title="Draft of an audit" if draft else "Commission an audit",
        form=form,
        kinds=[(k.value, AUDIT_KIND_LABELS[k]) for k in AuditKind if k is not AuditKind.HEALTH_CHECK],
        law_types=[(kind.code, kind.name) for kind in kinds.law_types.open],
        bands=[(kind.code, kind.name) for kind in kinds.bands.open],
        documents=[(kind.code, kind.name) for kind in kinds.document_kinds.open],
        ways=WAYS,
        areas=", ".join(a.code for a in audit_queries.service_areas(session)),
        staff=", ".join(kind.code for kind in kinds.employment.open),
        thresholds=[(str(t.id), f"{t.title} ({t.version})") for t in queries.documents(session)],
        starts=() if draft else _starts(visit),
        draft=draft,
        may_commission=AUDIT["commission"].is_for(visit.viewer, draft.ref if draft else ""),
        may_discard=draft is not None and AUDIT["discard"].is_for(visit.viewer, draft.ref),
        was_audit=draft is not None and draft.commissioned_by is not None,
        **{**empty, **more},
    )


def _starts(visit: Visit) -> list[tuple[str, str]]:
    """Return what a new audit can start from, as options."""
    audits = audit_queries.audits(visit.session, visit.viewer)
    return [
        ("", "A blank form"),
        *((f"template:{of.id}", f"Template: {of.name}") for of in queries.templates(visit.session)),
        *((f"audit:{of.ref}", f"As {of.name} ({of.ref})") for of in audits if not of.imported),
    ]
