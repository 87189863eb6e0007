"""Forms of links."""

from typing import Annotated, Protocol, TypeVar

from pydantic import Field

from app.people.models import LONGEST_ADDRESS
from app.people.strength import LONGEST, make_ready, too_weak
from app.settings import Settings
from app.web.forms import Form, fill
from app.web.pages import Filled
from app.web.routing import Visit

PRODUCT = "Casework Audit"


class Named(Protocol):
    """Somebody of whom everybody knows these."""

    @property
    def name(self) -> str: ...  # noqa: D102 - as the class says
    @property
    def email(self) -> str: ...  # noqa: D102 - as the class says
    @property
    def job_title(self) -> str: ...  # noqa: D102 - as the class says


class NewPasswordForm(Form):
    """A person's own new password."""

    new_password: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    wrong = {"new_password": "Enter a password"}  # noqa: RUF012


Chosen = TypeVar("Chosen", bound=NewPasswordForm)


def chosen(form: type[Chosen], visit: Visit, person: Named) -> tuple[Chosen | None, Filled]:
    """Read a form with a new password of somebody's; one that is easy to guess is refused with why."""
    sent, filled = fill(form, visit.form)
    weak = easily_guessed(sent.new_password, person, visit.settings) if sent else None
    return (None, filled.with_errors(new_password=weak)) if weak else (sent, filled)


def easily_guessed(password: str, person: Named, settings: Settings) -> str | None:
    """Return the sentence, without its full stop, that refuses a password of somebody's which is easy to guess."""
    about = {
        "your name": person.name,
        "your email address": person.email,
        "your job title": person.job_title,
        "the name of your organisation": settings.organisation,
        "the name of this service": PRODUCT,
    }
    return too_weak(password, about, settings.breached)


def ready(_visit: Visit, _found: object) -> None:
    """Load what looks at passwords before an act takes its turn to write."""
    make_ready()


class ForgottenForm(Form):
    """The address of whoever has forgotten their password."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=LONGEST_ADDRESS)]
    wrong = {"email": "Enter an email address in the correct format, like name@example.org"}  # noqa: RUF012
