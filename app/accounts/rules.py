"""What may happen to somebody's account: invited, active, disabled."""

from dataclasses import dataclass

from app.accounts.log import person_row
from app.clock import today
from app.people.enums import ACCOUNT_STATE_LABELS, AccountState, Role
from app.people.models import Person
from app.settings import SignOnSettings
from app.workflow import Situation, Transition, Workflow, looked_up

INVITED, ACTIVE, DISABLED = AccountState.INVITED, AccountState.ACTIVE, AccountState.DISABLED
ADMINISTRATOR = (Role.ADMINISTRATOR,)


@dataclass(frozen=True, slots=True)
class AccountKnown:
    """What is known of the others: whether nobody else who can sign in is an administrator."""

    only_administrator: bool | None = None


def not_the_last(of: Person, situation: Situation[AccountKnown]) -> str | None:
    """Keep one administrator: without one nobody could let anybody in."""
    if not looked_up(situation.known.only_administrator):
        return None
    return f"{of.name} is the only administrator who can sign in. Make somebody else an administrator first."


def has_a_password(of: Person, _situation: Situation[AccountKnown]) -> str | None:
    """Ask that they have signed in before."""
    return None if of.password_hash else f"{of.name} never chose a password. Invite them again instead."


def has_none(of: Person, _situation: Situation[AccountKnown]) -> str | None:
    """Ask that they never chose a password."""
    return f"{of.name} has a password already. Enable them again instead." if of.password_hash else None


def is_theirs(of: Person, situation: Situation[AccountKnown]) -> str | None:
    """Nobody chooses a password for somebody else."""
    return None if of.id == situation.viewer.id else "Everybody chooses their own password."


def no_password(of: Person, settings: SignOnSettings) -> str | None:
    """Return why somebody may have no password, or None: an administrator has one for when the provider is down."""
    if settings.passwords or any(g.role is Role.ADMINISTRATOR and g.days.hold(today()) for g in of.grants):
        return None
    return f"Sign in with {settings.oidc_name}. Passwords are for administrators only, for when it does not answer"


ACCOUNT: Workflow[Person, AccountKnown] = Workflow(
    "account",
    "person",
    ACCOUNT_STATE_LABELS,
    (
        Transition("add", "Add", (), INVITED, ADMINISTRATOR, "person_added"),
        Transition("send", "Send a link", (INVITED, ACTIVE), None, ADMINISTRATOR, "link_made"),
        Transition(
            "join", "Choose a password", (INVITED,), ACTIVE, (), "person_joined", personal=(is_theirs,), own=True
        ),
        Transition(
            "disable", "Disable", (INVITED, ACTIVE), DISABLED, ADMINISTRATOR, "person_disabled", (not_the_last,)
        ),
        Transition("enable", "Enable again", (DISABLED,), ACTIVE, ADMINISTRATOR, "person_enabled", (has_a_password,)),
        Transition("invite", "Invite again", (DISABLED,), INVITED, ADMINISTRATOR, "person_enabled", (has_none,)),
    ),
    person_row,
    {DISABLED: "They are disabled"},
)
