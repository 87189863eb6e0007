"""What happens in single sign-on: begun, finished once, and a person tied to whom the provider knows."""

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.rules import ACCOUNT, AccountKnown
from app.accounts.sso import queries
from app.accounts.sso.log import identity_row
from app.accounts.sso.models import Identity, SigningIn
from app.accounts.sso.rules import DISABLED, LASTS, MOST_KEPT, Claims, not_tied
from app.clock import clock
from app.errors import Conflict, NotFound
from app.events import Subject, record
from app.people.enums import AccountState, LinkPurpose
from app.people.models import OneTimeLink, Person
from app.settings import SignOnSettings
from app.web.sessions import hashed, viewer_of
from app.workflow import Situation, move


def begin(session: Session, token: str, *, kept: str, **what: str) -> None:
    """Keep what has to come back to the browser with a token, and forget what nobody came back with."""
    session.execute(delete(SigningIn).where(SigningIn.at <= clock.now() - LASTS))
    kept = kept if len(kept) <= MOST_KEPT else ""
    session.add(SigningIn(cookie_sha256=hashed(token), kept=kept, at=clock.now(), **what))
    session.flush()


def use_up(session: Session, token: str) -> bool:
    """Forget what was begun, and say whether it was still there: it is good for one answer."""
    gone = session.execute(delete(SigningIn).where(SigningIn.cookie_sha256 == hashed(token)))
    return isinstance(gone, CursorResult) and gone.rowcount == 1


def person_for(session: Session, claims: Claims, link_sha256: str, settings: SignOnSettings) -> Person:
    """Return the person whom a provider's word lets in, tied to them if they were not; raises Conflict."""
    person = queries.whose(session, claims.issuer, claims.subject)
    if person is None:
        invited = _invited(session, link_sha256)
        person = invited or _by_address(session, claims, settings)
        _tie(session, person, claims, how="invitation" if invited else "address")
    if person.state is AccountState.DISABLED:
        raise Conflict(DISABLED)
    if person.state is AccountState.INVITED:
        theirs = Situation(viewer_of(person), "", AccountKnown())
        move(session, ACCOUNT, "join", person, situation=theirs, subject=Subject("person", person.id))
    return person


def _invited(session: Session, link_sha256: str) -> Person | None:
    """Return whose invitation it is, which is used up with it."""
    here = (
        OneTimeLink.token_sha256 == link_sha256,
        OneTimeLink.purpose == LinkPurpose.INVITATION,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ends_at > clock.now(),
    )
    person = session.scalars(select(Person).join(OneTimeLink, OneTimeLink.person_id == Person.id).where(*here)).first()
    used = session.execute(update(OneTimeLink).where(*here).values(used_at=clock.now()))
    return person if isinstance(used, CursorResult) and used.rowcount == 1 else None


def _by_address(session: Session, claims: Claims, settings: SignOnSettings) -> Person:
    person = accounts.find_person(session, claims.email) if claims.email else None
    refusal = not_tied(person, claims, settings, tied=queries.is_tied(session, person, claims.issuer))
    if person is None and claims.email and settings.oidc_new_person == "wait":
        name = claims.name[:120] or claims.email
        return accounts.add_person(session, email=claims.email, name=name, job_title="Not said yet", by=None)
    if refusal or person is None:
        raise Conflict(refusal or "")
    return person


def _tie(session: Session, person: Person, claims: Claims, *, how: str) -> None:
    made = Identity(person_id=person.id, issuer=claims.issuer, subject=claims.subject, tied_at=clock.now())
    session.add(made)
    session.flush()
    details = {"issuer": claims.issuer, "by": how}
    rows = [identity_row(made)]
    record(session, "identity_tied", by=person.id, subject=Subject("person", person.id), details=details, rows=rows)


def untie(session: Session, person: Person, identity_id: int, *, by: int | None) -> None:
    """Have a provider's word let somebody in no more, and sign them out everywhere; raises NotFound."""
    found = session.get(Identity, identity_id)
    if found is None or found.person_id != person.id or found.untied_at:
        raise NotFound
    found.untied_at = clock.now()
    session.flush()
    accounts.end_sessions(session, person)
    subject, rows = Subject("person", person.id), [identity_row(found)]
    record(session, "identity_untied", by=by, subject=subject, details={"issuer": found.issuer}, rows=rows)
