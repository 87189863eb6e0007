"""Every route has a guard, every address of the application is a route, and strangers find nothing."""

import re
from io import BytesIO

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select
from starlette.routing import Mount
from starlette.routing import Route as StarletteRoute

from app.accounts.proposals.actions import Proposed, make_team, propose
from app.accounts.sso.models import Identity
from app.audit.areas.actions import add_region
from app.audit.areas.queries import regions
from app.audit.models import Interest
from app.audit.staff.actions import Declared, declare_interest
from app.clock import clock
from app.improvement.models import FactualPoint
from app.improvement.readings.actions import question_fact
from app.installation.problems.actions import report
from app.installation.problems.models import PageProblem
from app.mapping.actions import save_mapping
from app.moderation.concerns.actions import raise_concern
from app.moderation.models import Challenge, Concern
from app.people.enums import Role, Scope
from app.people.models import RoleGrant, RoleProposal, Team
from app.rooms.addresses import all_routes
from app.sampling.checking import Order, start, wait
from app.sampling.columns import Allowed
from app.sampling.uploads import set_aside
from app.web.answering import every_route
from app.web.routing import Route
from tests.moderation.seconds import difference
from tests.sampling.mapping.exports import profile
from tests.world import WINDOW, World, frame_csv

PUBLIC = {("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out")}
PUBLIC |= {(method, path) for method in ("GET", "POST") for path in ("/choose-password/{link}", "/forgotten-password")}
PUBLIC |= {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/session")}
# Whoever has the secret address of a calendar; without it nothing is there.
PUBLIC |= {("GET", "/calendar.ics")}
# What a public body has to say, and for a problem with a page whom to ask.
PUBLIC |= {("GET", path) for path in ("/accessibility", "/privacy", "/cookies", "/report-a-problem")}
# Whoever has given a password a moment ago, or has a link that an administrator made.
PUBLIC |= {(method, path) for method in ("GET", "POST") for path in ("/sign-in/factor", "/lost-factor/{link}")}
PUBLIC |= {("POST", f"/sign-in/{path}") for path in ("factor/options", "passkey", "passkey/options")}
# Single sign-on, which this world does not have.
PUBLIC |= {("GET", "/sign-in/sso"), ("POST", "/sign-in/sso"), ("GET", "/sign-in/back")}
PUBLIC |= {("POST", "/choose-password/{link}/sso")}
FOR_EVERYBODY = {
    ("POST", "/report-a-problem"),
    ("GET", "/page-problems"),
    ("GET", "/account/sessions"),
    ("POST", "/account/sessions/end"),
    ("POST", "/account/sessions/{key}/end"),
    ("GET", "/account/factors"),
    ("GET", "/account/factors/new"),
    ("POST", "/account/factors/app"),
    ("POST", "/account/factors/passkey"),
    ("POST", "/account/factors/passkey/options"),
    ("POST", "/account/factors/recovery"),
    ("POST", "/account/factors/done"),
    ("POST", "/account/prove"),
    ("GET", "/api/v1/areas"),
    ("GET", "/api/v1/audits"),
    ("GET", "/api/v1/docs"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/account"),
    ("GET", "/rehearsals"),
    ("GET", "/account/mail"),
    ("POST", "/account/mail"),
    ("PUT", "/session"),
    ("POST", "/news/read"),
    ("POST", "/account"),
    ("POST", "/account/tool"),
    ("GET", "/account/details"),
    ("POST", "/account/details"),
    ("GET", "/account/choose-password"),
    ("POST", "/account/choose-password"),
    ("GET", "/recently-submitted"),
    ("GET", "/"),
    ("GET", "/audits"),
    ("GET", "/calendar"),
    ("POST", "/calendar/address"),
    ("POST", "/calendar/address/revoke"),
    ("GET", "/interests"),
    ("POST", "/interests"),
    ("GET", "/phrases"),
    ("POST", "/phrases"),
    ("GET", "/reports"),
    ("GET", "/second-grades"),
    ("GET", "/thresholds"),
    ("GET", "/thresholds/{document_id}/{version}"),
    ("GET", "/thresholds/{document_id}/{version}/document.yaml"),
    ("GET", "/thresholds/{document_id}/compare"),
}
ROUTES = all_routes()


# The sources of lists are the installation's, for every analyst, whatever audit they are of: they hold no filing.
FOR_ANALYSTS = {
    (route.method, route.path) for route in ROUTES if route.path.startswith(("/admin/sources", "/audits/earlier"))
}


def address(route: Route, numbers: dict[str, str]) -> str:
    """Return a route's address with what is really there."""
    return re.sub(r"\{(\w+)\}", lambda m: numbers[m.group(1)], route.path)


def real(world: World) -> dict[str, str]:
    """Return numbers of things that exist: a case that was returned, with its challenge, and a person with a role."""
    lead = world.viewer("lead")
    with world.database.writing() as session:
        challenge = session.scalars(select(Challenge)).one()
        concern = session.scalars(select(Concern)).first() or raise_concern(
            session, challenge.case, seen="A bruise, no discussion.", by=lead
        )
        grant = session.scalars(select(RoleGrant).limit(1)).one()
        ids = {
            "case_id": challenge.case_id,
            "challenge_id": challenge.id,
            "return_id": challenge.return_id,
            "person_id": grant.person_id,
            "grant_id": grant.id,
        }
        ids["concern_id"] = concern.id
        interest = session.scalars(select(Interest)).first()
        interest = interest or declare_interest(
            session, ids["person_id"], Declared("Managed the team.", area="A1"), by=lead.id
        )
        ids["interest_id"] = interest.id
        head = world.viewer("head2")
        what = Proposed("A2", Role.PRACTITIONER, Scope.PRACTITIONER, "P-A2-0", "Nobody", "nobody@example.test")
        proposed = session.scalars(select(RoleProposal)).first() or propose(session, what, by=head)
        team = session.scalars(select(Team)).first() or make_team(session, "A2", "Team 1", by=head)
        point = session.scalars(select(FactualPoint)).first()
        point = point or question_fact(session, challenge.case, "The day.", "The day after.", by=head)
        problem = session.scalars(select(PageProblem)).first() or report(session, "/cases", "", "It is empty.", by=head)
        if not regions(session):
            add_region(session, "S", "South", by=None)
        ids["source_id"] = save_mapping(session, profile(), by=None).source_id
        tied = session.scalars(select(Identity)).first() or Identity(
            person_id=grant.person_id, issuer="https://login.test", subject="them", tied_at=clock.now()
        )
        session.add(tied)
        session.flush()
        ids |= {"identity_id": tied.id}
        ids |= {"proposal_id": proposed.id, "team_id": team.id, "point_id": point.id, "problem_id": problem.id}
    ids["benchmark_id"] = difference(world)
    upload = set_aside(world.settings.data_dir, BytesIO(frame_csv()), "frame.csv")
    allowed = Allowed(("A1", "A2"), ("public", "wafh", "wtfh"), ("B1", "B2"), WINDOW)
    start(upload, Order(allowed, sent_for="T-2026"))
    wait(upload, 30)
    words = {
        "token": upload.token,
        "key": "0123456789abcdef",
        "ref": "T-2026",
        "area": "safeguarding",
        "document_id": "national-casework",
        "version": "2014-10",
    }
    words |= {
        "link": "of-nobody",
        "factor_id": "1",
        "sent_form": "of-nobody",
        "kind": "text",
        "code": "facts",
        "area_code": "A2",
        "region_code": "S",
        "improvement_id": "1",
        "format": "html",
        "box": "overall",
        "number": "1",
        "listed_id": "1",
        "phrase_id": "1",
        "template_id": "1",
        "list_name": "law_types",
        "kind_code": "wafh",
    }
    return {**words, **{name: str(key) for name, key in ids.items()}}


def names(route: Route) -> str:
    return f"{route.method} {route.path}"


def test_every_address_is_a_route_with_a_guard_in_words(world: World) -> None:
    found = {
        (method, r.path)
        for c in iter_route_contexts([*every_route(world.app.routes)])
        if isinstance(r := c.original_route, StarletteRoute)
        for method in r.methods or ()
    }
    assert {(m, p) for m, p in found if m != "HEAD"} == {(d.method, d.path) for d in ROUTES}
    mounts = [r.name for r in world.app.routes if isinstance(r, Mount)]
    assert mounts == ["static"]
    assert all(len(d.guard.words) > 5 for d in ROUTES)
    assert len(ROUTES) > 60


def test_nobody_comes_in_without_signing_in(world: World) -> None:
    browser, numbers, let_in = world.browser(), real(world), []
    for route in ROUTES:
        if (route.method, route.path) not in PUBLIC:
            response = browser.send(route.method, address(route, numbers))
            sent_away = response.status_code == 303 and response.headers["location"].startswith("/sign-in")
            let_in += [] if sent_away or response.status_code == 401 else [(names(route), response.status_code)]
    assert let_in == []


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_somebody_from_elsewhere_finds_nothing(world: World, who: str) -> None:
    browser, numbers, found = world.browser(who), real(world), []
    for route in ROUTES:
        theirs = FOR_ANALYSTS if who == "stranger" else set()
        if (route.method, route.path) not in PUBLIC | FOR_EVERYBODY | theirs:
            response = browser.send(
                route.method, address(route, numbers), data={"nonsense": "1"} if route.method == "POST" else None
            )
            found += [(names(route), response.status_code)] if response.status_code != 404 else []
    assert found == []


def test_the_same_routes_do_exist_for_those_inside(world: World) -> None:
    numbers = real(world)
    closed = [address(route, numbers) for route in ROUTES if route.method == "GET"]
    there = len(closed)
    for who in ("director", "lead", "analyst", "im1", "im2", "head2", "admin"):
        browser = world.browser(who)
        closed = [path for path in closed if browser.send("GET", path).status_code != 200]
    assert there - len(closed) > 60, closed


@pytest.mark.parametrize("bad", ["100000000000000000000000", "-1", "0", "%00", "１", "1e3", "1.0", "abc"])
def test_no_address_is_a_fault(world: World, bad: str) -> None:
    browser = world.browser("lead")
    for path in (
        f"/cases/{bad}",
        f"/challenges/{bad}",
        f"/concerns/{bad}",
        f"/cases/{bad}/review",
        f"/audits/{bad}",
        f"/thresholds/{bad}/1",
    ):
        assert browser.send("GET", path).status_code == 404
