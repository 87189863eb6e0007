"""What happens to people: added, given roles, disabled; each with its event."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from unicodedata import normalize

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.log import account_row, area_row, person_rows
from app.accounts.rules import ACCOUNT, AccountKnown, not_the_last
from app.clock import clock, day, today
from app.errors import Conflict, NotFound
from app.events import Row, Subject, record
from app.limits.actions import forget, give_back, take, tidy, too_many
from app.limits.rules import SIGN_INS, SIGN_INS_FROM
from app.people.enums import AccountState, LinkPurpose, Role, Scope, Setting
from app.people.models import (
    KnownBrowser,
    Named,
    OneTimeLink,
    Person,
    PersonSetting,
    Region,
    RoleGrant,
    ServiceArea,
    SignedIn,
)
from app.people.passwords import hash_password, matches, spellings
from app.people.rules import ALWAYS, Days, Grant, Viewer, may_be_granted
from app.web.sessions import viewer_of
from app.workflow import Situation, move, moving

KNOWN_HERE = " In a browser in which you have signed in before you can sign in now."


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    job_title: str,
    by: int | None,
    password: str = "",
    temporary: bool = False,
) -> Person:
    """Add somebody; raises Conflict where the address is taken.

    Without a password they are invited, and choose one by a link. One that is `temporary` opens nothing but the page
    on which they choose their own.
    """
    email = address_of(email)
    if find_person(session, email):
        raise Conflict(f"Somebody with the address {email} is there already.")
    person = Person(
        email=email,
        name=name,
        job_title=job_title,
        state=AccountState.ACTIVE if password else AccountState.INVITED,
        password_hash=hash_password(password) if password else None,
        password_is_temporary=temporary,
        created_at=clock.now(),
        grants=[],
    )
    session.add(person)
    session.flush()
    record(
        session,
        "person_added",
        by=by,
        subject=Subject("person", person.id),
        details={"email": email, "name": name},
        rows=person_rows(person),
    )
    return person


def edit_person(session: Session, person: Person, said: Named, *, by: int | None) -> bool:
    """Mend what is said of somebody, and return whether that changed anything; raises Conflict where it is taken.

    With another address they sign in anew, and a note goes to the old one.
    """
    email, old = address_of(said.email), person.email
    if (said.name, said.job_title, email) == (person.name, person.job_title, old):
        return False
    other = find_person(session, email)
    if other and other.id != person.id:
        raise Conflict(f"Somebody with the address {email} is there already.")
    person.name, person.job_title, person.email = said.name, said.job_title, email
    session.flush()
    subject, rows = Subject("person", person.id), person_rows(person)
    record(session, "person_changed", by=by, subject=subject, rows=rows)
    if email != old:
        # Links that were sent to the old address open nothing any more.
        session.execute(update(OneTimeLink).where(*_open_links(person)).values(used_at=clock.now()))
        end_sessions(session, person)
        record(session, "address_changed", by=by, subject=subject, details={"old": old}, rows=rows)
    return True


def grant_role(
    session: Session,
    person: Person,
    role: Role,
    kind: Scope,
    scope: str,
    *,
    by: int | None,
    days: Days = ALWAYS,
    deputy_for: int | None = None,
) -> None:
    """Give a person a role with its scope, for some days or for good; one that is over makes way for it.

    Raises Conflict where they hold it, the scope makes no sense, or the days are in no order or over.
    """
    refusal = may_be_granted(role, kind) or _missing(session, kind, scope)
    if refusal:
        raise Conflict(refusal)
    fault = next(iter(days.faults(today()).values()), "")
    if fault:
        raise Conflict(f"{fault}.")
    _make_way(session, person, Grant(role, kind, scope), by=by)
    made = RoleGrant(
        person_id=person.id,
        role=role,
        scope_kind=kind,
        scope=scope,
        granted_at=clock.now(),
        from_day=days.first,
        until_day=days.last,
        deputy_for=deputy_for,
    )
    person.grants.append(made)
    session.flush()
    subject, details = Subject("person", person.id), {"role": role, "scope_kind": kind, "scope": scope}
    record(session, "role_granted", by=by, subject=subject, details=details, rows=person_rows(person))


def _missing(session: Session, kind: Scope, scope: str) -> str | None:
    """Return why a role cannot reach as far as it is said: there is no such thing, or it is not said."""
    if kind is Scope.AREA and session.get(ServiceArea, scope) is None:
        return f"There is no service area {scope}."
    if kind is Scope.REGION and session.get(Region, scope) is None:
        return f"There is no region {scope}."
    if kind in {Scope.PRACTITIONER, Scope.TEAM} and not scope:
        return "Say whose cases the role opens."
    return None


def _make_way(session: Session, person: Person, of: Grant, *, by: int | None) -> None:
    """Take away the same role where it is over; raises Conflict where it is not."""
    same = next((g for g in person.grants if Grant(g.role, g.scope_kind, g.scope) == of), None)
    if same and not same.days.over(today()):
        waits = f" It begins on {day(same.from_day)}." if same.from_day and not same.days.begun(today()) else ""
        raise Conflict(f"{person.name} holds this role already.{waits} To change its days, end it and give it again.")
    if same:
        end_role(session, person, same.id, by=by)


def end_role(session: Session, person: Person, grant_id: int, *, by: int | None) -> None:
    """Take a role away, with effect on the person's next click; raises NotFound."""
    grant = next((g for g in person.grants if g.id == grant_id), None)
    if grant is None:
        raise NotFound
    if grant.role is Role.ADMINISTRATOR and grant.days.hold(today()):
        insist_on_another(session, person)
    details = {"role": grant.role, "scope_kind": grant.scope_kind, "scope": grant.scope}
    person.grants.remove(grant)
    session.delete(grant)
    session.flush()
    record(
        session, "role_ended", by=by, subject=Subject("person", person.id), details=details, rows=person_rows(person)
    )


def insist_on_another(session: Session, person: Person) -> None:
    """Raise Conflict where a person is the only administrator."""
    if refusal := not_the_last(person, situation_of(session, person, None)):
        raise Conflict(refusal)


def disable(session: Session, person: Person, *, by: int | None) -> None:
    """Stop a person from signing in, and end every session of theirs."""
    if person.disabled_at is not None:
        raise Conflict(f"{person.name} is disabled already.")
    with _moving(session, "disable", person, by) as rows:
        person.disabled_at = clock.now()
        session.flush()
        end_sessions(session, person)
        rows.append(account_row(person))


def enable(session: Session, person: Person, *, by: int | None) -> None:
    """Let a person who was disabled sign in again, with the password and the roles that they had.

    Whoever never chose a password is invited again.
    """
    if person.disabled_at is None:
        raise Conflict(f"{person.name} is not disabled.")
    with _moving(session, "enable" if person.password_hash else "invite", person, by) as rows:
        person.disabled_at = None
        session.flush()
        rows.append(account_row(person))


def _moving(session: Session, name: str, person: Person, by: int | None) -> AbstractContextManager[list[Row]]:
    """Make a move of an account; whoever gave the order was let in as an administrator."""
    situation = situation_of(session, person, by)
    return moving(session, ACCOUNT, name, person, situation=situation, subject=Subject("person", person.id))


def situation_of(session: Session, person: Person, by: int | None) -> Situation[AccountKnown]:
    """Return the situation in which an administrator moves an account."""
    administrator = Viewer(by or 0, "", "", "", frozenset({Grant(Role.ADMINISTRATOR, Scope.NATION)}))
    return Situation(administrator, "", AccountKnown(queries.only_administrator(session, person)))


def set_password(session: Session, person: Person, password: str, *, by: int | None, temporary: bool = False) -> None:
    """Give a person another password and end every session of theirs.

    Whoever guessed at the old one has to start again, too.
    """
    person.password_hash, person.password_is_temporary = hash_password(password), temporary
    end_sessions(session, person)
    # One with which they set up anew what they have lost is for another half of who they are.
    links = (*_open_links(person), OneTimeLink.purpose != LinkPurpose.FACTOR)
    session.execute(update(OneTimeLink).where(*links).values(used_at=clock.now()))
    known = select(KnownBrowser.token_sha256).where(KnownBrowser.person_id == person.id)
    for browser in ("", *session.scalars(known)):
        forget(session, SIGN_INS, person.email, browser)
    event = "password_changed" if by == person.id else "password_set"
    record(session, event, by=by, subject=Subject("person", person.id), rows=person_rows(person))


def choose_password(session: Session, person: Person, password: str) -> None:
    """Let a person choose a password of their own; whoever was invited has joined with it."""
    set_password(session, person, password, by=person.id)
    if person.state is AccountState.INVITED:
        theirs = Situation(viewer_of(person), "", AccountKnown())
        move(session, ACCOUNT, "join", person, situation=theirs, subject=Subject("person", person.id))


def _open_links(person: Person) -> tuple[ColumnElement[bool], ...]:
    return OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None)


def end_sessions(session: Session, person: Person) -> None:
    """Sign a person out everywhere."""
    session.execute(delete(SignedIn).where(SignedIn.person_id == person.id))


def address_of(typed: str) -> str:
    """Return an email address as it is kept."""
    return normalize("NFC", typed.strip().lower())


def first_areas(session: Session, codes: Sequence[str], *, by: int | None) -> None:
    """Add the service areas of a new installation, in their usual order."""
    areas = [ServiceArea(code=code, name=code, position=n) for n, code in enumerate(codes, 1)]
    session.add_all(areas)
    session.flush()
    for area in areas:
        record(session, "area_added", by=by, subject=Subject("area", area.code), rows=[area_row(area)])


def find_person(session: Session, email: str) -> Person | None:
    """Return the person with an email address, however its accents were put together when it was kept."""
    wanted = spellings(address_of(email))
    found = {p.email: p for p in session.scalars(select(Person).where(Person.email.in_(wanted)))}
    return next((found[text] for text in wanted if text in found), None)


def check_sign_in(session: Session, *, email: str, password: str, browser: str, client: str = "") -> Person | None:
    """Return the person whose password this is; raises TooMany after too many failures.

    A try is counted before the password is looked at, and forgotten where it was right: however many are made at one
    moment, no more are looked at than the limit says. In a browser in which the person has signed in before they are
    counted apart, so that somebody who guesses elsewhere cannot keep them out (ASVS 6.1.1); `browser` is the SHA-256
    of the browser's token. In all others those from one `client` are counted together, whatever addresses they try.
    """
    email = address_of(email)
    person = find_person(session, email)
    known = browser if person and session.get(KnownBrowser, (browser, person.id)) else ""
    elsewhere = client if not known else ""
    if elsewhere and (seconds := take(session, SIGN_INS_FROM, elsewhere)):
        raise too_many(SIGN_INS_FROM, seconds, KNOWN_HERE)
    if seconds := take(session, SIGN_INS, email, known):
        raise too_many(SIGN_INS, seconds, "" if known else KNOWN_HERE)
    usable = person is not None and person.disabled_at is None
    if not matches(password, person.password_hash if person and usable else None):
        tidy(session)
        return None
    forget(session, SIGN_INS, email, known)
    if elsewhere:
        give_back(session, SIGN_INS_FROM, elsewhere)
    return person


def choose_setting(session: Session, key: Setting, value: str, *, by: int) -> None:
    """Keep how somebody likes the tool; it decides nothing, so that it is no event."""
    session.merge(PersonSetting(person_id=by, key=key, value=value))
