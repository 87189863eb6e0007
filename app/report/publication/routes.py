"""Routes of those who make a report: finalising, its boxes, who signs it off, publishing, its revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup
from starlette.responses import Response

from app.audit.actions import situation_in_audit
from app.audit.enums import AuditState
from app.audit.forms import both, served
from app.audit.guards import audit_to
from app.audit.models import Audit
from app.audit.queries import names
from app.audit.rules import AUDIT, SIGNERS, AuditKnown, is_signed_off
from app.errors import NotFound
from app.labels import length_fault
from app.long_acts.forethought import Forethought, foreseen
from app.moderation.themes.queries import to_choose
from app.people.enums import Role
from app.prose import html_of
from app.report import actions
from app.report.actions import figures_of
from app.report.blockers import StillOpen, stays_open, still_open
from app.report.cases import queries as case_queries
from app.report.document import queries as document_queries
from app.report.document.about import BOXES
from app.report.document.assembled import figures_for, signed_text
from app.report.document.sections import ABSENT
from app.report.enums import Edition, SignOffState
from app.report.models import NarrativeBox, Revision, SignOff
from app.report.narrative.boxes import LONGEST, faults, filled, placeholders
from app.report.publication import actions as publishing
from app.report.publication.guards import maker, report_to, writer
from app.report.publication.rules import REVISION, SIGN_OFF, SIGNS, WRITERS
from app.web.forms import whole
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Signature:
    """One who has to sign a report off: whether they have, and what this person can do about it."""

    role: Role
    signed: SignOff | None
    name: str
    refusal: str | None
    # Whether the person who looks is the one.
    theirs: bool


@dataclass(frozen=True, kw_only=True)
class MakingPage(Page):
    """How far a report is: what is written, who has signed it off, and whether it can be published."""

    template: ClassVar[str] = "report/publication/making.html"
    audit: Audit
    form: Filled
    boxes: Mapping[str, str]
    written: Mapping[str, NarrativeBox]
    may_write: bool
    closed: str | None
    signatures: Sequence[Signature]
    withdrawn: Sequence[tuple[SignOff, str]]
    read: str
    may_publish: bool
    refusal: str | None
    revisions: Sequence[Revision]
    may_revise: bool
    longest_reason: int
    not_revised: str | None


@dataclass(frozen=True, kw_only=True)
class BoxPage(Page):
    """One box of a report to write in, with the placeholders that there are."""

    template: ClassVar[str] = "report/publication/box.html"
    audit: Audit
    form: Filled
    problems: Sequence[str]
    preview: Markup | None
    # The same in the public edition, where that is not the same.
    public: Markup | None
    figures: Mapping[str, int | float | str]
    longest: int


def _signatures(visit: Visit, audit: Audit) -> list[Signature]:
    standing = publishing.standing(visit.session, audit)
    situation = publishing.situation_of_signing(visit.session, audit, visit.viewer)
    called = names(visit.session, frozenset(s.by_id for s in standing.values()))
    return [
        Signature(
            role,
            standing.get(role),
            called.get(standing[role].by_id, "") if role in standing else "",
            publishing.why_not_signed(role, situation),
            SIGN_OFF[SIGNS[role]].is_for(visit.viewer, audit.ref),
        )
        for role in SIGNERS
    ]


def _making_page(visit: Visit, audit: Audit, form: Filled) -> MakingPage:
    session, viewer = visit.session, visit.viewer
    ended = [s for s in document_queries.sign_offs(session, audit) if s.state is SignOffState.WITHDRAWN]
    called = names(session, frozenset(s.by_id for s in ended))
    closed, may_revise = publishing.why_not_written(session, audit), REVISION["begin"].is_for(viewer, audit.ref)
    return MakingPage(
        title="Write, sign off and publish",
        audit=audit,
        form=form,
        boxes=BOXES,
        written=document_queries.boxes(session, audit),
        may_write=closed is None and viewer.has(*WRITERS, audit=audit.ref),
        closed=closed,
        signatures=_signatures(visit, audit),
        withdrawn=[(s, called[s.by_id]) for s in ended],
        read=signed_text(session, audit),
        may_publish=AUDIT["publish"].is_for(viewer, audit.ref) and closed is None,
        refusal=is_signed_off(audit, publishing.situation_of_publishing(session, audit, viewer)),
        revisions=document_queries.revisions(session, audit),
        may_revise=may_revise and audit.state is AuditState.PUBLISHED,
        not_revised=publishing.why_not_revised(session, audit, viewer),
        longest_reason=LONGEST_REASON,
    )


@router.get("/audits/{ref}/report/making", maker)
def making_page(visit: Visit, audit: Audit) -> Response:
    """Show how far a report is."""
    return visit.render(_making_page(visit, audit, Filled()))


def _box(visit: Visit) -> str:
    code = visit.word("box")
    if code not in BOXES:
        raise NotFound
    return code


def _is_listed(path: str) -> bool:
    """Say whether a page lists a figure: standards by area are thousands, and can be typed all the same."""
    return not (path.startswith(("standards.", "practice_areas.")) and ".service_area." in path)


def _box_page(
    visit: Visit, audit: Audit, form: Filled, problems: Sequence[str] = (), preview: str | None = None
) -> BoxPage:
    figures: Mapping[str, Any] = figures_of(visit.session, audit)
    basis = actions.basis_of(visit.session, audit)
    whole_text = None if preview is None else filled(preview, figures, basis)
    public = (
        None
        if preview is None
        else filled(preview, figures_for(visit.session, audit, Edition.PUBLIC), basis, ABSENT[Edition.PUBLIC])
    )
    return BoxPage(
        title=BOXES[_box(visit)],
        audit=audit,
        form=form,
        problems=problems,
        figures={path: value for path, value in placeholders(figures).items() if _is_listed(path)},
        longest=LONGEST,
        preview=None if whole_text is None else html_of(whole_text),
        public=html_of(public) if public is not None and public != whole_text else None,
    )


@router.get("/audits/{ref}/report/boxes/{box}", writer)
def box_page(visit: Visit, audit: Audit) -> Response:
    """Show a box to write in."""
    visit.turn_away(publishing.why_not_written(visit.session, audit), f"/audits/{audit.ref}/report/making")
    box = document_queries.boxes(visit.session, audit).get(_box(visit))
    return visit.render(_box_page(visit, audit, served({"markdown": box.markdown if box else ""})))


@router.post("/audits/{ref}/report/boxes/{box}", writer)
def save_box(visit: Visit, audit: Audit) -> Response:
    """Keep what was written, show how it will look, or give it back with what is wrong with it."""
    code, text = _box(visit), whole(visit.sent("markdown").replace("\r\n", "\n").strip())
    visit.turn_away(publishing.why_not_written(visit.session, audit), f"/audits/{audit.ref}/report/making")
    form, problems = (
        Filled({"markdown": text, "served": visit.sent("served")}),
        faults(text, figures_of(visit.session, audit)),
    )
    if problems:
        form = form.with_errors(
            markdown=problems[0]
            if len(problems) == 1
            else f"{len(problems)} things have to be mended. They are listed above the text"
        )
        return visit.render(_box_page(visit, audit, form, problems), status=422)
    if visit.sent("act") == "preview":
        return visit.render(_box_page(visit, audit, form, preview=text))
    merged = publishing.save_box(visit.session, audit, code, text, served=visit.sent("served"), by=visit.viewer)
    if merged.clashes:
        stored = document_queries.boxes(visit.session, audit)[code].markdown
        form = both({"markdown": stored}, merged, {"markdown": text}, called=lambda _: "This text")
        return visit.render(_box_page(visit, audit, form), status=409)
    return visit.redirect(f"/audits/{audit.ref}/report/making", f"{BOXES[code]}: saved.")


@router.post("/audits/{ref}/report/sign-off", report_to(*(SIGN_OFF[name] for name in SIGNS.values())))
def sign_off(visit: Visit, audit: Audit) -> Response:
    """Sign a report off as it was read."""
    role = next((role for role in SIGNERS if role == visit.sent("role")), None)
    if role is None:
        raise NotFound
    publishing.sign_off(visit.session, audit, role, read=visit.sent("read"), by=visit.viewer)
    return visit.redirect(
        f"/audits/{audit.ref}/report/making", f"You have signed the report off as {role.label.lower()}."
    )


@router.post(
    "/audits/{ref}/report/revisions",
    report_to(REVISION["begin"]),
    beforehand=lambda visit, audit: publishing.foreseen_figures(visit.session, audit),
)
def begin_revision(visit: Visit, audit: Audit) -> Response:
    """Begin a revision of a published report, with its reason."""
    reason = " ".join(whole(visit.sent("revision_reason")).split())
    wrong = "" if reason else "Say why the report is revised. The reason stands on its first page"
    wrong = wrong or length_fault("The reason", reason, LONGEST_REASON) or ""
    if wrong:
        return visit.render(
            _making_page(visit, audit, Filled({"revision_reason": reason}).with_errors(revision_reason=wrong)),
            status=422,
        )
    made = publishing.begin_revision(visit.session, audit, reason, by=visit.viewer, before=visit.forethought)
    return visit.redirect(
        f"/audits/{audit.ref}/report/making",
        f"Revision r{made.number} is begun. Readers see the published report until you publish it.",
    )


@dataclass(frozen=True, kw_only=True)
class FinalisePage(Page):
    """What is still open, and the button that finalises."""

    template: ClassVar[str] = "report/publication/finalise.html"
    audit: Audit
    groups: Mapping[str, Sequence[StillOpen]]
    staying: Sequence[StillOpen]
    refusal: str | None
    graded: int
    # Learning points of standards that were decided at the best level, and that nobody kept or dropped.
    unchosen: int
    is_lead: bool


@router.get("/audits/{ref}/finalise", audit_to(AUDIT["finalise"]))
def finalise_page(visit: Visit, audit: Audit) -> Response:
    """Show what is still open."""
    found = still_open(visit.session, visit.viewer, audit)
    groups = {
        name: [item for item in found if item.group == name] for name in dict.fromkeys(item.group for item in found)
    }
    situation = situation_in_audit(audit, visit.viewer, AuditKnown(still_open=found))
    page = FinalisePage(
        title="Finalise the audit",
        audit=audit,
        groups=groups,
        refusal=AUDIT.refusal("finalise", audit, situation),
        graded=case_queries.graded(visit.session, audit),
        staying=stays_open(visit.session, visit.viewer, audit),
        unchosen=sum(one.choice is None for one in to_choose(visit.session, visit.viewer, audit)),
        is_lead=visit.viewer.has(Role.LEAD, audit=audit.ref),
    )
    return visit.render(page)


def _ending(visit: Visit, audit: Audit) -> Forethought[actions.Ending]:
    return foreseen(visit.session, lambda: actions.ending_of(visit.session, audit, by=visit.viewer), audit.ref)


@router.post("/audits/{ref}/finalise", audit_to(AUDIT["finalise"]), beforehand=_ending)
def finalise(visit: Visit, audit: Audit) -> Response:
    """Finalise the audit."""
    actions.finalise(visit.session, audit, by=visit.viewer, before=visit.forethought)
    return visit.redirect(f"/audits/{audit.ref}/report", "The audit is finalised and its figures are frozen.")


@router.post(
    "/audits/{ref}/publish",
    audit_to(AUDIT["publish"], REVISION["publish"]),
    beforehand=lambda visit, audit: publishing.foreseen_editions(visit.session, audit),
)
def publish(visit: Visit, audit: Audit) -> Response:
    """Publish the report."""
    publishing.publish(visit.session, audit, by=visit.viewer, before=visit.forethought)
    return visit.redirect(f"/reports/{audit.ref}", "The report is published. Readers can see it now.")
