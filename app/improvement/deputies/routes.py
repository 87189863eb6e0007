"""Routes of deputies: a head of service names one, or asks the assistant director, who answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.accounts.deputies import actions, queries
from app.accounts.deputies.rules import DEPUTY, Asked, only_the_head
from app.clock import today
from app.errors import NotFound
from app.improvement.deputies.forms import DeputyForm, RefuseForm
from app.improvement.guards import address_of, head_of_area
from app.people.enums import Role
from app.people.models import Person, RoleGrant, RoleProposal
from app.people.queries import names_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.workflow import Offer, Situation

router = Router()
BASE = "/areas/{area_code}/deputies"


def _request(visit: Visit) -> RoleProposal:
    if not visit.viewer.holds(Role.ASSISTANT_DIRECTOR):
        raise NotFound
    return queries.request(visit.session, visit.viewer, visit.number("proposal_id"))


to_answer = Guard("the assistant director who is asked", _request).making(DEPUTY["agree"], DEPUTY["decline"])


@dataclass(frozen=True, kw_only=True)
class DeputiesPage(Page):
    """Who acts for the head of service of an area, and who can be asked to."""

    template: ClassVar[str] = "improvement/deputies/deputies.html"
    area: str
    base: str
    deputies: Sequence[tuple[RoleGrant, str]]
    requests: Sequence[RoleProposal]
    # Those who can be one at once, and those who are asked.
    choices: Sequence[tuple[int, str]]
    # Why nobody can be named by whoever looks.
    refusal: str | None
    form: Filled
    today: date


@dataclass(frozen=True, kw_only=True)
class RequestPage(Page):
    """A head of service asks an assistant director to be their deputy."""

    template: ClassVar[str] = "improvement/deputies/request.html"
    request: RoleProposal
    by: str
    agree: Offer | None
    form: Filled


def _choices(visit: Visit, area: str) -> Mapping[int, tuple[Person, bool]]:
    """Return who can act for a head, by number, each with whether they are asked first."""
    asked = {p.id: (p, True) for p in queries.assistant_directors(visit.session)}
    at_once = {p.id: (p, False) for p in queries.managers_of(visit.session, area)}
    return {key: of for key, of in {**at_once, **asked}.items() if key != visit.viewer.id}


def _named(choices: Mapping[int, tuple[Person, bool]]) -> list[tuple[int, str]]:
    what = (
        (key, p.name, "assistant director: is asked first" if a else p.job_title) for key, (p, a) in choices.items()
    )
    return [(key, f"{name}, {title}") for key, name, title in what]


def _page(visit: Visit, area: str, form: Filled, *, status: int = 200) -> Response:
    page = DeputiesPage(
        title=f"Deputy for {area}",
        area=area,
        base=address_of(area),
        deputies=queries.deputies_of(visit.session, area),
        requests=queries.requests_of(visit.session, area),
        choices=_named(_choices(visit, area)),
        refusal=only_the_head(visit.viewer, area),
        form=form,
        today=today(),
    )
    return visit.render(page, status=status)


@router.get(BASE, head_of_area)
def deputies_page(visit: Visit, area: str) -> Response:
    """Show who acts for the head of service, and ask for a deputy."""
    return _page(visit, area, Filled())


@router.post(BASE, head_of_area.making(DEPUTY["ask"]))
def name_deputy(visit: Visit, area: str) -> Response:
    """Name a deputy, or ask an assistant director to be it."""
    sent, form = fill(DeputyForm, visit.form)
    people = _choices(visit, area)
    if sent and sent.person not in people:
        form = form.with_errors(person="Choose who acts for you")
    if sent and sent.faults():
        form = form.with_errors(**sent.faults())
    if sent is None or form.errors:
        return _page(visit, area, form, status=422)
    person, asked = people[sent.person]
    if asked:
        actions.ask(visit.session, area, person, sent.days, by=visit.viewer)
        said = f"{person.name} is asked. They are your deputy once they agree."
    else:
        actions.name_deputy(visit.session, area, person, sent.days, by=visit.viewer)
        said = f"{person.name} acts for you {sent.days.words}."
    return visit.redirect(f"{address_of(area)}/deputies", said)


@router.post(f"{BASE}/{{grant_id}}/end", head_of_area)
def end_deputy(visit: Visit, area: str) -> Response:
    """Let a deputy's role end now."""
    name = actions.end_deputy(visit.session, area, visit.number("grant_id"), by=visit.viewer)
    return visit.redirect(f"{address_of(area)}/deputies", f"{name} no longer acts for you.")


def _request_page(visit: Visit, of: RoleProposal, form: Filled, *, status: int = 200) -> Response:
    by = names_of(visit.session, {of.proposed_by}).get(of.proposed_by, "")
    situation = Situation(visit.viewer, "", Asked())
    page = RequestPage(
        title=f"Act for the head of service of {of.area}?",
        request=of,
        by=by,
        agree=DEPUTY.offer("agree", of, situation),
        form=form,
    )
    return visit.render(page, status=status)


@router.get("/deputies/{proposal_id}", to_answer)
def request_page(visit: Visit, of: RoleProposal) -> Response:
    """Show what a head of service asks."""
    return _request_page(visit, of, Filled())


@router.post("/deputies/{proposal_id}/agree", to_answer)
def agree(visit: Visit, of: RoleProposal) -> Response:
    """Be the deputy."""
    actions.agree(visit.session, of, by=visit.viewer)
    return visit.redirect("/", f"You act for the head of service of {of.area} {of.days.words}.")


@router.post("/deputies/{proposal_id}/decline", to_answer)
def decline(visit: Visit, of: RoleProposal) -> Response:
    """Decline, with a reason."""
    sent, form = fill(RefuseForm, visit.form)
    if sent is None:
        return _request_page(visit, of, form, status=422)
    actions.decline(visit.session, of, sent.reason, by=visit.viewer)
    return visit.redirect("/", "You declined. The head of service reads why.")
