"""Routes of an area's practitioners and teams: its head of service proposes who reads their audited cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts.proposals import actions as proposing
from app.accounts.proposals import queries as proposals
from app.accounts.proposals.actions import Proposed
from app.accounts.proposals.rules import PROPOSAL
from app.improvement.guards import address_of, head_of_area
from app.improvement.people import queries
from app.improvement.people.forms import ManagerForm, PractitionerForm, TeamForm
from app.improvement.people.queries import Practitioner, TeamOf
from app.people.enums import Role, Scope
from app.people.models import RoleProposal, Team
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit

router = Router()
BASE = "/areas/{area_code}"
proposer = head_of_area.making(PROPOSAL["propose"])


@dataclass(frozen=True, slots=True)
class TeamOfArea:
    """A team, with the area of its head of service."""

    area: str
    team: Team

    @property
    def people(self) -> str:
        """Return where the area's teams are."""
        return f"{address_of(self.area)}/people"


def _team(visit: Visit) -> TeamOfArea:
    area = head_of_area.find(visit)
    return TeamOfArea(area, proposals.team(visit.session, area, visit.number("team_id")))


team_of_head = Guard(head_of_area.words, _team)


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """The practitioners and teams of an area."""

    template: ClassVar[str] = "improvement/people/people.html"
    area: str
    base: str
    practitioners: Sequence[Practitioner]
    teams: Sequence[TeamOf]
    declined: Sequence[RoleProposal]


@dataclass(frozen=True, kw_only=True)
class ProposePage(Page):
    """Propose a practitioner, or the service manager of a team."""

    template: ClassVar[str] = "improvement/people/propose.html"
    area: str
    base: str
    # Empty where it is about a team.
    practitioners: Sequence[str]
    team: str
    form: Filled


@dataclass(frozen=True, kw_only=True)
class TeamPage(Page):
    """A team: its name, and who is in it."""

    template: ClassVar[str] = "improvement/people/team.html"
    area: str
    base: str
    choices: Sequence[str]
    new: bool
    form: Filled


@router.get(f"{BASE}/people", head_of_area)
def people_page(visit: Visit, area: str) -> Response:
    """Show who reads an area's audited cases."""
    page = PeoplePage(
        title=f"Practitioners and teams of {area}",
        area=area,
        base=address_of(area),
        practitioners=queries.practitioners(visit.session, visit.viewer, area),
        teams=queries.teams(visit.session, area),
        declined=queries.declined(visit.session, area),
    )
    return visit.render(page)


def _practitioner_page(visit: Visit, area: str, form: Filled, *, status: int = 200) -> Response:
    known = queries.practitioners_of(visit.session, visit.viewer, area)
    page = ProposePage(
        title="Propose a practitioner", area=area, base=address_of(area), practitioners=known, team="", form=form
    )
    return visit.render(page, status=status)


@router.get(f"{BASE}/people/practitioner", head_of_area)
def practitioner_page(visit: Visit, area: str) -> Response:
    """Ask who a practitioner is; which one may be chosen already."""
    return _practitioner_page(visit, area, Filled({"practitioner": visit.query("for")}))


@router.post(f"{BASE}/people/practitioner", proposer)
def propose_practitioner(visit: Visit, area: str) -> Response:
    """Propose who reads as a practitioner."""
    sent, form = fill(PractitionerForm, visit.form)
    if sent and sent.practitioner not in queries.practitioners_of(visit.session, visit.viewer, area):
        form = form.with_errors(practitioner="Choose a practitioner")
    if sent is None or form.errors:
        return _practitioner_page(visit, area, form, status=422)
    what = Proposed(area, Role.PRACTITIONER, Scope.PRACTITIONER, sent.practitioner, sent.name, sent.email)
    return _proposed(visit, what)


def _proposed(visit: Visit, what: Proposed) -> Response:
    proposing.propose(visit.session, what, by=visit.viewer)
    said = f"{what.name} is proposed. The role begins when an administrator confirms it."
    return visit.redirect(f"{address_of(what.area)}/people", said)


def _team_page(visit: Visit, area: str, team: Team | None, form: Filled, *, status: int = 200) -> Response:
    page = TeamPage(
        title="Change a team" if team else "Add a team",
        area=area,
        base=address_of(area),
        choices=queries.choices(visit.session, visit.viewer, area, team),
        new=team is None,
        form=form,
    )
    return visit.render(page, status=status)


def _members(visit: Visit, area: str, team: Team | None, sent: TeamForm | None) -> list[str]:
    known = queries.choices(visit.session, visit.viewer, area, team)
    return [p for p in known if sent and p in sent.members]


@router.get(f"{BASE}/teams/new", head_of_area)
def new_team_page(visit: Visit, area: str) -> Response:
    """Ask for a new team."""
    return _team_page(visit, area, None, Filled())


@router.post(f"{BASE}/teams/new", head_of_area)
def new_team(visit: Visit, area: str) -> Response:
    """Make a team; its service manager is proposed next."""
    sent, form = fill(TeamForm, visit.form)
    if sent is None:
        return _team_page(visit, area, None, form, status=422)
    team = proposing.make_team(visit.session, area, sent.team, by=visit.viewer)
    proposing.set_members(visit.session, team, _members(visit, area, None, sent), by=visit.viewer)
    return visit.redirect(f"{address_of(area)}/teams/{team.id}/manager", "The team is there. Say who supervises it.")


@router.get(f"{BASE}/teams/{{team_id}}", team_of_head)
def team_page(visit: Visit, of: TeamOfArea) -> Response:
    """Ask who is in a team from today on."""
    form = Filled({"team": of.team.name, "members": proposals.members_now(of.team)})
    return _team_page(visit, of.area, of.team, form)


@router.post(f"{BASE}/teams/{{team_id}}", team_of_head)
def change_team(visit: Visit, of: TeamOfArea) -> Response:
    """Change who is in a team."""
    sent, form = fill(TeamForm, {**visit.form, "team": [of.team.name]})
    if sent is None:
        return _team_page(visit, of.area, of.team, form, status=422)
    members = _members(visit, of.area, of.team, sent)
    proposing.set_members(visit.session, of.team, members, by=visit.viewer)
    return visit.redirect(of.people, "The team is changed, from today on.")


def _manager_page(visit: Visit, of: TeamOfArea, form: Filled, *, status: int = 200) -> Response:
    page = ProposePage(
        title="Propose a service manager",
        area=of.area,
        base=address_of(of.area),
        practitioners=(),
        team=of.team.name,
        form=form,
    )
    return visit.render(page, status=status)


@router.get(f"{BASE}/teams/{{team_id}}/manager", team_of_head)
def manager_page(visit: Visit, of: TeamOfArea) -> Response:
    """Ask who supervises a team."""
    return _manager_page(visit, of, Filled())


@router.post(f"{BASE}/teams/{{team_id}}/manager", team_of_head.making(PROPOSAL["propose"]))
def propose_manager(visit: Visit, of: TeamOfArea) -> Response:
    """Propose who supervises a team."""
    sent, form = fill(ManagerForm, visit.form)
    if sent is None:
        return _manager_page(visit, of, form, status=422)
    what = Proposed(of.area, Role.SERVICE_MANAGER, Scope.TEAM, str(of.team.id), sent.name, sent.email)
    return _proposed(visit, what)
