"""Closed lists about people."""

from collections.abc import Mapping
from contextvars import ContextVar
from enum import StrEnum
from types import MappingProxyType

# What the service of this request calls its roles; another request, and another application, has its own.
_TITLES: ContextVar[Mapping[str, str]] = ContextVar("titles of roles", default=MappingProxyType({}))


def call_roles(titles: Mapping[str, str]) -> None:
    """Call roles as a service does, until this request has been answered."""
    _TITLES.set(titles)


class Role(StrEnum):
    """What a person may be (domain.md section 2)."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    LEAD = "lead"
    IMPROVEMENT_MANAGER = "improvement_manager"
    IMPROVEMENT_ASSISTANT = "improvement_assistant"
    BENCHMARKER = "benchmarker"
    HEAD_OF_SERVICE = "head_of_service"
    ASSISTANT_DIRECTOR = "assistant_director"
    DIRECTOR = "director"
    READER = "reader"
    PRACTITIONER = "practitioner"
    SERVICE_MANAGER = "service_manager"

    @property
    def label(self) -> str:
        """Return the role as the users say it, or as the service calls it."""
        return _TITLES.get().get(self) or ROLE_LABELS[self]


ROLE_LABELS = {
    Role.ADMINISTRATOR: "Administrator",
    Role.ANALYST: "Analyst",
    Role.LEAD: "Audit lead",
    Role.IMPROVEMENT_MANAGER: "Improvement manager",
    Role.IMPROVEMENT_ASSISTANT: "Improvement assistant",
    Role.BENCHMARKER: "Benchmarker",
    Role.HEAD_OF_SERVICE: "Head of service",
    Role.ASSISTANT_DIRECTOR: "Assistant director",
    Role.DIRECTOR: "National service director",
    Role.READER: "Reader",
    Role.PRACTITIONER: "Practitioner",
    Role.SERVICE_MANAGER: "Service manager",
}


class Scope(StrEnum):
    """How far a role reaches."""

    NATION = "nation"
    AREA = "area"
    AUDIT = "audit"
    # Of a practitioner the id by which their cases are known; of a team its number.
    PRACTITIONER = "practitioner"
    TEAM = "team"
    # Of assistant directors alone: for which areas they stand in. All else of the role is the nation's.
    REGION = "region"


# The scopes in which each role makes sense (domain.md section 2).
SCOPES = {
    Role.ADMINISTRATOR: (Scope.NATION,),
    Role.ANALYST: (Scope.AUDIT, Scope.NATION),
    Role.LEAD: (Scope.AUDIT, Scope.NATION),
    Role.IMPROVEMENT_MANAGER: (Scope.AUDIT, Scope.NATION),
    Role.IMPROVEMENT_ASSISTANT: (Scope.AUDIT, Scope.NATION),
    Role.BENCHMARKER: (Scope.AUDIT, Scope.NATION),
    Role.HEAD_OF_SERVICE: (Scope.AREA,),
    Role.ASSISTANT_DIRECTOR: (Scope.NATION, Scope.REGION),
    Role.DIRECTOR: (Scope.NATION,),
    Role.READER: (Scope.NATION,),
    Role.PRACTITIONER: (Scope.PRACTITIONER,),
    Role.SERVICE_MANAGER: (Scope.TEAM,),
}
# The roles that a head of service proposes and an administrator confirms: it takes two to open somebody's cases.
PROPOSED = (Role.PRACTITIONER, Role.SERVICE_MANAGER)

# Those that one administrator proposes and a second one, or the director, agrees to: with them somebody decides.
TWO_GIVE = (Role.DIRECTOR, Role.LEAD)


class ProposalState(StrEnum):
    """Where a proposed role stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


PROPOSAL_STATE_LABELS = {
    ProposalState.PROPOSED: "Waiting for an administrator",
    ProposalState.CONFIRMED: "Confirmed",
    ProposalState.DECLINED: "Declined",
}


class AccountState(StrEnum):
    """Whether somebody can sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


ACCOUNT_STATE_LABELS = {
    AccountState.INVITED: "Invited",
    AccountState.ACTIVE: "Active",
    AccountState.DISABLED: "Disabled",
}


class LinkPurpose(StrEnum):
    """What a link that works once is for."""

    INVITATION = "invitation"
    RESET = "reset"
    # To set up anew how one proves who one is, once everything of it is lost.
    FACTOR = "factor"


class FactorKind(StrEnum):
    """With what somebody proves who they are, beside a password or in its place."""

    CODE = "code"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class Strength(StrEnum):
    """How somebody proved who they are when a session of theirs began, or since."""

    PASSWORD = "password"  # noqa: S105 - a word, no password
    PASSWORD_CODE = "password_code"  # noqa: S105 - a word, no password
    PASSWORD_PASSKEY = "password_passkey"  # noqa: S105 - a word, no password
    PASSWORD_RECOVERY = "password_recovery"  # noqa: S105 - a word, no password
    PASSKEY = "passkey"
    # Signed in elsewhere, by what the organisation asks there: of the second it is known that it was two things.
    PROVIDER = "provider"
    PROVIDER_SECOND = "provider_second"
    PROVIDER_CODE = "provider_code"
    PROVIDER_PASSKEY = "provider_passkey"
    PROVIDER_RECOVERY = "provider_recovery"

    @property
    def is_one_factor(self) -> bool:
        """Say whether only one thing is known to have been asked: whoever has to have more sets it up first."""
        return self in {Strength.PASSWORD, Strength.PROVIDER}


# What a session is once a factor came to a password, or to what an organisation says.
SECONDED = {
    (Strength.PASSWORD, FactorKind.CODE): Strength.PASSWORD_CODE,
    (Strength.PASSWORD, FactorKind.PASSKEY): Strength.PASSWORD_PASSKEY,
    (Strength.PASSWORD, FactorKind.RECOVERY): Strength.PASSWORD_RECOVERY,
    (Strength.PROVIDER, FactorKind.CODE): Strength.PROVIDER_CODE,
    (Strength.PROVIDER, FactorKind.PASSKEY): Strength.PROVIDER_PASSKEY,
    (Strength.PROVIDER, FactorKind.RECOVERY): Strength.PROVIDER_RECOVERY,
}
STRENGTH_LABELS = {
    Strength.PASSWORD: "Password",
    Strength.PASSWORD_CODE: "Password and a code",
    Strength.PASSWORD_PASSKEY: "Password and a passkey",
    Strength.PASSWORD_RECOVERY: "Password and a recovery code",
    Strength.PASSKEY: "Passkey",
    Strength.PROVIDER: "Signed in by your organisation",
    Strength.PROVIDER_SECOND: "Signed in by your organisation, with its second factor",
    Strength.PROVIDER_CODE: "Signed in by your organisation, and a code",
    Strength.PROVIDER_PASSKEY: "Signed in by your organisation, and a passkey",
    Strength.PROVIDER_RECOVERY: "Signed in by your organisation, and a recovery code",
}


class Setting(StrEnum):
    """What somebody settles for themselves."""

    TOOL_VIEW = "tool_view"
    GO_ON = "go_on"


# What each setting can be, the usual first: one standard on a screen, or the whole page; whether a digit goes on to
# the next question once it has chosen.
SETTINGS = {Setting.TOOL_VIEW: ("one", "whole"), Setting.GO_ON: ("yes", "no")}
