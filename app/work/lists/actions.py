"""What a list of people does, once somebody has looked at it: each person by the acts that pages have."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.actions import add_person, disable, edit_person, end_role, grant_role
from app.accounts.agreeing.actions import give, keep_second
from app.accounts.links.actions import send_link
from app.people.enums import TWO_GIVE
from app.people.models import Named, Person
from app.people.rules import Grant
from app.web.sessions import viewer_of
from app.work.lists.plan import Plan, Wanted


@dataclass(frozen=True, slots=True)
class Done:
    """What a list did: how many were invited, changed and disabled, and the links that were not sent, by address."""

    invited: int
    changed: int
    disabled: int
    links: dict[str, str]


def carry_out(
    session: Session,
    plan: Plan,
    leaving: Collection[int],
    *,
    by: int | None,
    by_mail: bool,
    links: bool = True,
    agreed_by: int | None = None,
) -> Done:
    """Do what a plan says, and disable those who are not in the list and were ticked; raises Conflict.

    Without `links` nobody gets one who gets no email: each can be invited again on their page. Roles that two people
    give are proposed by whoever signed in; on the command line, `agreed_by` is the second of the two.
    """
    tokens = {}
    for of in plan.new:
        person = add_person(session, email=of.email, name=of.name, job_title=of.job_title, by=by)
        _give(session, person, of, by=by, agreed_by=agreed_by)
        if by_mail or links:
            tokens[of.email] = send_link(session, person, by=by, by_mail=by_mail)
    for of in plan.changed:
        assert of.person is not None  # noqa: S101 - nobody changes who is not there
        person = accounts.person(session, of.person.id)
        edit_person(session, person, Named(name=of.name, job_title=of.job_title, email=of.email), by=by)
        _give(session, person, of, by=by, agreed_by=agreed_by)
    gone = [of.id for of in plan.absent if of.id in leaving]
    for key in gone:
        disable(session, accounts.person(session, key), by=by)
    return Done(len(plan.new), len(plan.changed), len(gone), {e: t for e, t in tokens.items() if t})


def _give(session: Session, person: Person, of: Wanted, *, by: int | None, agreed_by: int | None) -> None:
    held = {Grant(g.role, g.scope_kind, g.scope): g.id for g in person.grants}
    for grant in of.ends:
        if grant in held:
            end_role(session, person, held[grant], by=by)
    for grant, days in of.gives.items():
        # Other days of a role that somebody holds are no other role.
        if by is None or (grant in of.ends and grant in held):
            grant_role(session, person, grant.role, grant.kind, grant.scope, by=by, days=days)
            keep_second(session, person, grant.role, agreed_by if grant.role in TWO_GIVE else None)
        else:
            give(session, person, grant, by=viewer_of(session.get_one(Person, by)), days=days)
