"""How somebody comes in whom the provider knows."""

from starlette.responses import Response

from app.accounts.proving.entering import enter, let_in
from app.accounts.sso.rules import Claims, proves_second_factor
from app.people.enums import Strength
from app.people.models import Person
from app.web.routing import Visit


def come_in(visit: Visit, person: Person, claims: Claims) -> Response:
    """Sign in somebody by the word of the provider, or ask for a second factor of ours where it asked for none."""
    if proves_second_factor(claims, visit.settings):
        return enter(visit, person, Strength.PROVIDER_SECOND)
    return let_in(visit, person, Strength.PROVIDER)
