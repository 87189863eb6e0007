"""The lines of the first-run list; nobody ticks one, each is worked out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.audit.bars.queries import Everybody, everybody
from app.clock import working_days
from app.keeping.retention.rules import years_of
from app.labels import capital, out_of, plural
from app.people.enums import Role
from app.people.rules import Viewer
from app.people.working_days import NATIONS, said
from app.settings import USUAL_NAME
from app.web.routing import Visit
from app.work.first_run.queries import There, what_is_there

TWO = 2


@dataclass(frozen=True, slots=True)
class Line:
    """Something that there has to be: whether it is, how it stands where that is a number, and the page."""

    what: str
    done: bool
    link: str
    said: str = ""


def lines(visit: Visit) -> Sequence[Line]:
    """Return what an installation needs before its first audit, in the order in which it is done best."""
    there, here = what_is_there(visit.session), everybody(visit.session)
    return [*_of_the_service(visit, there), *_of_the_areas(here), *_of_people(here), *_of_audits(there)]


def still_to_do(visit: Visit, viewer: Viewer) -> Sequence[Line]:
    """Return all the lines for an administrator while something is left, nothing for anybody else."""
    found = lines(visit) if viewer.holds(Role.ADMINISTRATOR) else ()
    return () if all(line.done for line in found) else found


def _of_the_service(visit: Visit, there: There) -> Iterator[Line]:
    if visit.settings.demo:
        # It is nobody's: no message leaves it, and nobody keeps its log.
        return
    yield Line("Name your organisation", visit.settings.organisation != USUAL_NAME, "/settings/service")
    set_up = "A test message has not arrived yet" if visit.settings.sends_mail else "Not set up"
    arrived = there.message and visit.settings.sends_mail
    yield Line("Set up email, and send yourself a test message", arrived, "/admin/mail", "" if arrived else set_up)
    yield Line("Keep a copy of the key of the event log", there.key, "/admin/start/key")
    yield Line("Make a first backup, and every night from then on", there.backup, "/settings/retention")
    years = years_of(visit.kept_settings)
    yield Line(
        "Say how long cases are kept", bool(years), "/settings/retention", plural(years, "year") if years else ""
    )
    days = said(visit.kept_settings) or there.audit
    yield Line("Say which days are working days", days, "/settings/working-days", _counted_by())


def _counted_by() -> str:
    """Return whose bank holidays count."""
    days = working_days()
    return NATIONS[days.nation] + (f", and {plural(len(days.added), 'day')} more" if days.added else "")


def _of_the_areas(here: Everybody) -> Iterator[Line]:
    count, headed = len(here.areas), len(here.areas) - len(here.headless)
    yield Line("Add your service areas", bool(count), "/admin/areas", plural(count, "area"))
    whole = bool(count) and headed == count
    yield Line("Name a head of service for each area", whole, "/admin/areas", capital(out_of(headed, count, "area")))


# How many are needed of each role, what the line says, and why where that is asked.
NEEDED: Sequence[tuple[Role, int, str]] = (
    (Role.DIRECTOR, 1, "Give somebody the role of {}, who commissions audits"),
    (Role.ASSISTANT_DIRECTOR, 1, "Give somebody the role of {}, who agrees the framework"),
    (Role.LEAD, TWO, "Give two people the role of {}: whoever imports the list cannot draw from it alone"),
    (Role.ANALYST, 1, "Give somebody the role of {}, who imports the list of filings"),
    (Role.IMPROVEMENT_MANAGER, 1, "Give those who grade the role of {}"),
)


def _of_people(here: Everybody) -> Iterator[Line]:
    for role, needed, what in NEEDED:
        count = sum(person.holds(role) for person in here.people)
        said = plural(count, "person", "people") if count else "Nobody yet"
        yield Line(what.format(role.label.lower()), count >= needed, "/admin/people", said)


def _of_audits(there: There) -> Iterator[Line]:
    yield Line("Have a threshold document", there.threshold, "/thresholds")
    # With the first audit the service has said that these are its kinds.
    yield Line("Check the kinds of work and the bands of your service", there.audit, "/settings/kinds")
    yield Line("Try it out with invented cases", there.rehearsal, "/rehearsals")
    yield Line("Have the director commission the first audit", there.audit, "/admin/people")
