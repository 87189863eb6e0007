"""Routes of leaving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts.people import actions
from app.accounts.people.routes import person_by_administrator
from app.accounts.people.rules import last_day_fault
from app.audit.bars.queries import everybody
from app.clock import day, today
from app.errors import Conflict, Forbidden
from app.people.models import Person
from app.web.forms import fill, number_of
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Router, Visit
from app.work.leaving.forms import LeaveForm
from app.work.leaving.handing import InHand, in_hand, may_head
from app.work.leaving.queries import areas_of

router = Router()
LEAVE = "/admin/people/{person_id}/leave"


@dataclass(frozen=True, kw_only=True)
class LeavePage(Page):
    """Somebody leaves: the last day, what they have in hand, and who follows."""

    template: ClassVar[str] = "work/leaving/leave.html"
    person: Person
    form: Filled
    in_hand: Sequence[InHand]
    # The areas that they head, by the name of the field.
    areas: Mapping[str, str]
    people: Sequence[tuple[str, str]]


def _areas(person: Person) -> Mapping[str, str]:
    return {f"follows_{n}": area for n, area in enumerate(areas_of(person), 1)}


def _followers(visit: Visit, person: Person) -> dict[int, str]:
    """Return who could follow, by name: everybody who can sign in and does not leave themselves."""
    here = everybody(visit.session)
    return {of.id: of.name for of in here.people if of.id != person.id and of.id not in here.leaving}


def _page(visit: Visit, person: Person, form: Filled) -> LeavePage:
    return LeavePage(
        title=f"{person.name} leaves",
        person=person,
        form=form,
        in_hand=in_hand(visit.session, person),
        areas=_areas(person),
        people=[(str(key), name) for key, name in _followers(visit, person).items()],
    )


@router.get(LEAVE, person_by_administrator)
def leave_page(visit: Visit, person: Person) -> Response:
    """Show what somebody has in hand, and ask for their last day."""
    return visit.render(_page(visit, person, Filled()))


def _follow(visit: Visit, person: Person) -> tuple[dict[str, Person], dict[str, str]]:
    """Return who shall follow in which area, and what is wrong with that by the name of the field."""
    people, follow, wrong = _followers(visit, person), dict[str, Person](), dict[str, str]()
    for name, area in _areas(person).items():
        key = number_of(visit.sent(name))
        chosen = visit.session.get_one(Person, key) if key in people else None
        if chosen and (fault := may_head(visit.session, area, chosen)):
            wrong[name] = fault
        elif chosen:
            follow[area] = chosen
    return follow, wrong


@router.post(LEAVE, lately_proved(person_by_administrator))
def leave(visit: Visit, person: Person) -> Response:
    """Keep somebody's last day, and who follows."""
    sent, form = fill(LeaveForm, visit.form)
    follow, wrong = _follow(visit, person)
    if sent and (fault := last_day_fault(sent.last_day, today())):
        wrong = {"last_day": fault, **wrong}
    if sent is None or wrong:
        return visit.render(_page(visit, person, form.with_errors(**wrong)), status=422)
    if person.id == visit.viewer.id:
        raise Forbidden("You cannot change your own roles. Another administrator can.")
    try:
        actions.leave(visit.session, person, sent.last_day, follow, by=visit.viewer.id)
    except Conflict as refusal:
        return visit.render(_page(visit, person, form.with_errors(last_day=refusal.sentence)), status=422)
    said = f"{person.name}’s roles end with {day(sent.last_day)}."
    return visit.redirect(f"/admin/people/{person.id}", said)


@router.post("/admin/people/{person_id}/stay", lately_proved(person_by_administrator))
def stay(visit: Visit, person: Person) -> Response:
    """Take back that somebody leaves."""
    if person.id == visit.viewer.id:
        raise Forbidden("You cannot change your own roles. Another administrator can.")
    actions.stay(visit.session, person, by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}", f"{person.name} stays, and their roles go on.")
