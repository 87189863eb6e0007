"""Routes of a case's page for supervision: as a page, as a file, and what was agreed in the talk."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.clock import today
from app.dates import PARTS as DATE_PARTS
from app.errors import NotFound
from app.improvement import queries
from app.improvement.readings.queries import shared_words
from app.improvement.sheets.files import FORMATS, file_of
from app.improvement.sheets.forms import TalkForm
from app.improvement.sheets.sheet import Sheet, sheet_of
from app.moderation.sheets import actions, rules
from app.moderation.sheets import queries as kept_sheets
from app.moderation.sheets.models import LONGEST_AGREED, CaseSheet, Discussed
from app.people.enums import Role
from app.people.queries import kinds_now
from app.report.files.formats import Format
from app.report.files.names import plain_name
from app.report.packs.queries import told_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.web.second_look import look_again

router = Router()


def _final(visit: Visit) -> AuditCase:
    case = queries.supervised(visit.session, visit.viewer, visit.number("case_id"), today())
    visit.turn_away(rules.why_no_sheet(case), f"/cases/{case.id}")
    return case


supervisor = Guard("the head of service of the case’s area, or the service manager of its practitioner’s team", _final)


@dataclass(frozen=True, kw_only=True)
class SheetPage(Page):
    """A case's page for supervision, and what was agreed."""

    template: ClassVar[str] = "improvement/sheets/sheet.html"
    case: AuditCase
    sheet: Sheet
    kept: CaseSheet | None
    form: Filled
    # Where the person came from: their team, or the case.
    back: tuple[str, str]
    longest: int


def made_of(visit: Visit, case: AuditCase) -> Sheet:
    """Return a case's page for supervision as it is now."""
    kept = kept_sheets.sheet_of(visit.session, case)
    words = shared_words(visit.session, case)
    of, kinds = told_of(visit.session, case), kinds_now(visit.session)
    return sheet_of(of, document_of(case.audit), kept, words, kinds=kinds, on=today())


def _typed(kept: CaseSheet | None) -> Filled:
    if kept is None:
        return Filled()
    days: dict[str, date | None] = {"discussed_on": kept.discussed_on, "due": kept.due}
    parts = {f"{n}-{part}": str(getattr(day, part)) for n, day in days.items() if day for part in DATE_PARTS}
    return Filled({"discussed_by": kept.discussed_by, "agreed": kept.agreed, **parts})


def _page(visit: Visit, case: AuditCase, form: Filled | None = None, *, status: int = 200) -> Response:
    kept = kept_sheets.sheet_of(visit.session, case)
    heads = case.area in visit.viewer.areas(Role.HEAD_OF_SERVICE)
    page = SheetPage(
        title=f"Page for supervision, case {case.case_ref}",
        case=case,
        sheet=made_of(visit, case),
        kept=kept,
        form=_typed(kept) if form is None else form,
        back=(f"/cases/{case.id}", f"Case {case.case_ref}") if heads else (f"/team/{case.id}", f"Case {case.case_ref}"),
        longest=LONGEST_AGREED,
    )
    return visit.render(page, status=status)


@router.get("/cases/{case_id}/sheet", supervisor)
def sheet_page(visit: Visit, case: AuditCase) -> Response:
    """Show the page for supervision, and ask what was agreed."""
    return _page(visit, case)


@router.post("/cases/{case_id}/sheet", supervisor)
def record_talk(visit: Visit, case: AuditCase) -> Response:
    """Record that a case was discussed."""
    sent, form = fill(TalkForm, visit.form)
    faults = sent.faults(actions.final_since(visit.session, case)) if sent else {}
    form = look_again(visit, form, ["agreed"], faults)
    if sent is None or form.errors:
        return _page(visit, case, form, status=422)
    actions.record_talk(visit.session, case, Discussed.model_validate(sent), by=visit.viewer)
    return visit.redirect(f"/cases/{case.id}/sheet", "The talk is recorded.")


def given(case: AuditCase, sheet: Sheet, word: str) -> Response:
    """Give a page for supervision as a file; raises NotFound for a kind of file that there is not."""
    kind = next((kind for kind in FORMATS if kind == word), None)
    if kind is None:
        raise NotFound
    return _file(case, sheet, kind)


def _file(case: AuditCase, sheet: Sheet, kind: Format) -> Response:
    name = plain_name(f"{case.case_ref}-supervision".encode("ascii", "replace").decode())
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind.about.extension}"'}
    return Response(file_of(sheet, kind), media_type=kind.about.media_type, headers=headers)


@router.get("/cases/{case_id}/sheet/files/{format}", supervisor)
def sheet_file(visit: Visit, case: AuditCase) -> Response:
    """Give the page for supervision as a file."""
    return given(case, made_of(visit, case), visit.word("format"))
