"""Each move is asked with every role here, in another audit and in another area; one elsewhere opens nothing here."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.accounts.actions import grant_role
from app.accounts.proposals.rules import PROPOSAL
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import AuditState
from app.audit.library.rules import THRESHOLD
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import AUDIT, CASE
from app.improvement.readings.rules import READING
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.concerns.rules import CONCERN
from app.moderation.own_reviews.rules import OWN_REVIEW
from app.moderation.returns.rules import RETURN
from app.people.enums import SCOPES, Role, Scope
from app.people.models import Person
from app.people.rules import Grant, Viewer
from app.report.publication.rules import REVISION, SIGN_OFF
from app.report.queries import may_read_report
from app.workflow import Situation, Workflow
from tests.moves import AREA, ME, REF
from tests.test_two_worlds import addresses, seen
from tests.world import World, cases

PRACTITIONER, TEAM = "P-A1-0", "1"
HEAD, LEAD, DIRECTOR, ASSISTANT = Role.HEAD_OF_SERVICE, Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR
MANAGER, BOTH, ALL_SIDES = Role.IMPROVEMENT_MANAGER, (LEAD, DIRECTOR), (HEAD, LEAD, DIRECTOR)
SECOND = (Role.BENCHMARKER, LEAD)
STARTERS = (Role.ADMINISTRATOR, DIRECTOR, ASSISTANT, LEAD)
WHO: dict[str, tuple[Workflow[Any, Any], dict[str, tuple[Role, ...]]]] = {
    "audit": (AUDIT, {"agree": (ASSISTANT, DIRECTOR), "draw": (LEAD,), "allocate": (LEAD,), "finalise": BOTH,
                      "publish": (DIRECTOR,), "withdraw": (DIRECTOR,), "save": (DIRECTOR, ASSISTANT, LEAD),
                      **dict.fromkeys(("send_back", "reopen"), (ASSISTANT,)),
                      **dict.fromkeys(("rehearse", "forward", "erase"), STARTERS),
                      **dict.fromkeys(("draft", "commission", "discard", "take_back", "archive", "bring_back"),
                                      (DIRECTOR,))}),
    "case": (CASE, {"allocate": (LEAD,), "move": (LEAD,), "start": (MANAGER,), "submit": (MANAGER,),
                    "correct": (MANAGER,), "replace": (LEAD,), "settle": ALL_SIDES}),
    "benchmark": (BENCHMARK, {"assign": (LEAD,), "move": (LEAD,), "start": SECOND, "submit": SECOND, "agree": SECOND,
                              "differ": SECOND, "resolve": BOTH}),
    "replacement": (REPLACEMENT, {"make": (LEAD,), "decline": (LEAD,)}),
    "threshold": (THRESHOLD, dict.fromkeys(("publish", "discard"), (LEAD, ASSISTANT, DIRECTOR))),
    "return": (RETURN, {"review": (HEAD,), "accept": (HEAD,), "challenge": (HEAD,), "withdraw": (MANAGER,),
                        "lapse": BOTH, "overtake": BOTH}),
    "challenge": (CHALLENGE, {"withdraw": (HEAD,), "decide": (LEAD,), "accept": (HEAD,), "escalate": (HEAD,),
                              "adjudicate": (DIRECTOR,), **dict.fromkeys(("take", "let_go", "take_over"), BOTH)}),
    "concern": (CONCERN, dict.fromkeys(("acknowledge", "act", "close"), (HEAD, LEAD))),
    "own review": (OWN_REVIEW, {"submit": (HEAD,)}),
    "sign-off": (SIGN_OFF, {"sign_as_lead": (LEAD,), "sign_as_director": (DIRECTOR,), "withdraw": (LEAD,),
                            "overtake": BOTH}),
    "proposed role": (PROPOSAL, {"propose": (HEAD,), "confirm": (Role.ADMINISTRATOR,),
                                 "decline": (Role.ADMINISTRATOR,)}),
    "reading": (READING, {**dict.fromkeys(("open", "read", "reflect", "reflect_again", "agree"), (Role.PRACTITIONER,)),
                          **dict.fromkeys(("propose", "close"), (Role.SERVICE_MANAGER,))}),
    "revision": (REVISION, {"begin": BOTH, "publish": (DIRECTOR,)}),
}  # fmt: skip


def grants_of(role: Role) -> Iterator[tuple[Grant, bool]]:
    """Yield a role as far as it can reach, each with whether that is here."""
    places = {
        Scope.NATION: ("", ""),
        Scope.AREA: (AREA, "A9"),
        Scope.AUDIT: (REF, "OTHER"),
        Scope.PRACTITIONER: (PRACTITIONER, "P-A9-9"),
        Scope.TEAM: (TEAM, "99"),
        # It only says for whom somebody stands in; all else of the role is everywhere.
        Scope.REGION: ("N", ""),
    }
    for kind in SCOPES[role]:
        here, elsewhere = places[kind]
        yield Grant(role, kind, here), True
        if elsewhere:
            yield Grant(role, kind, elsewhere), False


def somebody(*grants: Grant, standing_in: frozenset[str] = frozenset()) -> Viewer:
    return Viewer(ME, "Somebody", "s@example.test", "", frozenset(grants), standing_in)


@pytest.mark.parametrize("name", WHO)
def test_a_move_is_open_to_its_roles_here_and_to_nobody_from_elsewhere(name: str) -> None:
    workflow, table = WHO[name]
    assert {t.name for t in workflow.transitions} == set(table)
    for move, roles in table.items():
        for role in Role:
            for grant, here in grants_of(role):
                it, viewer = SimpleNamespace(id=1, state=None), somebody(grant)
                allowed = role in roles and here
                assert workflow[move].is_for(viewer, REF, AREA, PRACTITIONER, TEAM) is allowed, (move, grant)
                if not allowed:
                    found = workflow.refusal(move, it, Situation(viewer, REF, None, AREA, PRACTITIONER, TEAM))
                    assert found == workflow[move].only, (move, grant)
        deputy = Grant(ASSISTANT, Scope.NATION)
        for area, theirs in ((AREA, HEAD in roles or ASSISTANT in roles), ("A9", ASSISTANT in roles)):
            assert workflow[move].is_for(somebody(deputy, standing_in=frozenset({area})), REF, AREA) is theirs, move


def test_a_report_is_read_before_publication_by_those_who_make_it_here() -> None:
    makers = {LEAD, DIRECTOR, ASSISTANT, Role.ANALYST}
    for state in AuditState:
        of: Any = SimpleNamespace(state=state, ref=REF)
        for role in Role:
            for grant, here in grants_of(role):
                may = state is AuditState.PUBLISHED or (state is AuditState.FINALISED and here and role in makers)
                assert may_read_report(somebody(grant), of) is may, (state, grant)


@pytest.mark.parametrize("name", ["head1", "reader", "im1", "assistant"])
def test_roles_in_another_audit_and_another_area_open_no_address_here(world: World, name: str) -> None:
    case_id = cases(world, "A2")[0]
    paths = [p for p in addresses(world, case_id) if REF in p or "/cases/" in p or "/challenges/" in p]
    before = {path: found[:2] for path, found in seen(world, paths, name).items()}
    with world.database.writing() as session:
        person = session.get_one(Person, world.viewer(name).id)
        held = {(g.role, g.scope_kind, g.scope) for g in person.grants}
        for role in Role:
            for grant, here in grants_of(role):
                if not here and (role, grant.kind, grant.scope) not in held:
                    grant_role(session, person, role, grant.kind, grant.scope, by=None)
    after = {path: found[:2] for path, found in seen(world, paths, name).items()}
    assert {path: (before[path], after[path]) for path in paths if before[path] != after[path]} == {}
