"""The route through which the tool's script saves answers as they are typed."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from app.audit.autosave.actions import Change, Saved, save
from app.audit.bars.queries import bars_of_person
from app.audit.enums import AssessmentKind, AuditState, CaseState
from app.audit.grading.draft import Draft
from app.audit.grading.guards import WHO, benchmark_in_hand, case_in_hand, situation
from app.audit.grading.in_hand import Held, held
from app.audit.grading.progress import progress_of
from app.audit.grading.rules import why_not_graded
from app.clock import time_of_day
from app.errors import NotFound, Refusal
from app.web.forms import whole
from app.web.merging import digest
from app.web.pages import part
from app.web.routing import Guard, Router, Visit

router = Router()
# A page of the tool has some thirty fields.
MOST_FIELDS = 200


def _in_hand(visit: Visit) -> Held:
    found = held(visit.session, visit.viewer, visit.number("case_id"), locked=True)
    if (
        found is None
        or found.case.state is not CaseState.IN_PROGRESS
        or why_not_graded(found.case, situation(visit, found), correcting=False)
    ):
        # Refused, nothing in hand, or a correction: asked again of the rows themselves, which know why and since when.
        case_in_hand.find(visit)
    if found is None:
        raise NotFound
    return found


def _benchmark(visit: Visit) -> Held:
    found = held(visit.session, visit.viewer, visit.number("case_id"), kind=AssessmentKind.BENCHMARK, locked=True)
    if (
        found is None
        or found.case.audit.state is not AuditState.FIELDWORK
        or bars_of_person(visit.session, visit.viewer.id).hold(visit.viewer.id, found.case)
    ):
        benchmark_in_hand.find(visit)
    if found is None:
        raise NotFound
    return found


case_held = Guard(WHO, _in_hand)
benchmark_held = Guard(benchmark_in_hand.words, _benchmark)


def _changes(data: Any) -> dict[str, Change]:  # noqa: ANN401 - whatever was sent
    """Read `{"answers": {field: {"was": mark, "own": [text, …], "now": text}}}`; raises Refusal."""
    sent = data.get("answers") if isinstance(data, dict) else None
    if not isinstance(sent, dict) or not 0 < len(sent) <= MOST_FIELDS:
        raise Refusal(f"Send one to {MOST_FIELDS} fields as ‘answers’.")
    return {whole(name): _change(whole(name), field) for name, field in sent.items()}


def _change(name: str, field: Any) -> Change:  # noqa: ANN401 - whatever was sent
    own = field.get("own", []) if isinstance(field, dict) else None
    if not isinstance(own, list) or not all(
        isinstance(text, str) for text in (field.get("was"), field.get("now"), *own)
    ):
        raise Refusal(f"The field {name[:60]} has to have the texts ‘was’ and ‘now’.")
    return Change(field["was"], tuple(whole(text) for text in own), whole(field["now"]))


@router.put("/cases/{case_id}/assess/answers", case_held)
@router.put("/cases/{case_id}/benchmark/answers", benchmark_held)
def keep_answers(visit: Visit, of: Held) -> Response:
    """Keep answers as they are typed; answer with new marks, clashes, what is worth a second look, and progress."""
    saved = save(visit.session, of, _changes(visit.data), by=visit.viewer)
    status = 409 if saved.clashes else 422 if saved.refused else 200
    return JSONResponse(_told(saved, str(visit.data.get("page", ""))), status)


def _told(saved: Saved, page: str) -> Mapping[str, object]:
    draft, fields = saved.draft, saved.fields
    here = f"{draft.base}/{page}"
    return {
        "saved": time_of_day(draft.assessment.saved_at),
        # Of these fields alone: the window does not show what another has made of the rest.
        "marks": {name: digest(fields.get(name, "")) for name in (*saved.kept, *saved.settled)},
        "values": {name: fields.get(name, "") for name in saved.settled},
        "clashes": {name: _clash(saved, name) for name in saved.clashes},
        "refused": saved.refused,
        # What was not kept waits for the person: what it is, and where.
        "held": {name: _held(saved.draft, name) for name in (*saved.clashes, *saved.refused)},
        "remarks": {r.field: r.sentence for r in draft.remarks_on(here)},
        "progress": part("components/progress.html", "state", draft, progress_of(draft), here) if saved.moved else "",
    }


def _held(draft: Draft, name: str) -> Mapping[str, str]:
    return {"what": draft.what(name) if name in draft.fields else "Something else", "link": draft.link_to(name)}


def _clash(saved: Saved, name: str) -> Mapping[str, str]:
    stored, what = saved.fields.get(name, ""), saved.draft.what(name)
    return {
        "sentence": f"{what} was changed in another window too. Choose what to keep",
        "saved": saved.draft.in_words(name, stored),
        "value": stored,
        "mark": digest(stored),
    }
