"""Settings of the machine: from the environment, or from files of a folder for what is secret (service.md 3.5)."""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import Unfit

PREFIX = "CASEWORK_AUDIT_"
DATABASE = "DATABASE_URL"
# Where secrets are files: named by ourselves, or by systemd for credentials that it loads.
SECRETS, CREDENTIALS = f"{PREFIX}SECRETS_DIR", "CREDENTIALS_DIRECTORY"
# What an organisation is called that nobody has named.
USUAL_NAME = "National Improvement Service"
# As many characters as a key has at least that nobody can guess.
SHORTEST_KEY = 32
SMTP_WANTED = f"{PREFIX}SMTP_URL has to start with smtp:// or smtps:// and a server, such as smtp://host:587."


def _is_a_server(url: str) -> bool:
    try:
        at = urlsplit(url)
        return at.scheme in {"smtp", "smtps"} and bool(at.hostname) and at.port != 0
    except ValueError:  # a port that is none
        return False


def _without_a_stroke(address: str) -> str:
    return address.rstrip("/")


def _networks(named: str) -> str:
    for part in named.replace(",", " ").split():
        ip_network(part, strict=False)
    return named


class MailSettings(BaseSettings):
    """How messages leave: by a mail server or by GOV.UK Notify; `address` is where people sign in."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    address: Annotated[str, AfterValidator(_without_a_stroke)] = ""
    smtp_url: str = Field(default="", repr=False)
    sender: str = Field(default="", validation_alias=f"{PREFIX}MAIL_FROM")
    notify_key: str = Field(default="", repr=False)
    notify_template: str = ""
    notify_url: str = ""

    @property
    def has_mail(self) -> bool:
        """Say whether there is something that messages could leave by."""
        return bool(self.smtp_url or self.notify_key)

    def mail_fault(self) -> str | None:
        """Return what is wrong with the settings of email, or None."""
        if not self.has_mail:
            return None
        needed = {
            "ADDRESS": self.address,
            **({"NOTIFY_TEMPLATE": self.notify_template} if self.notify_key else {"MAIL_FROM": self.sender}),
        }
        missing = [PREFIX + name for name, value in needed.items() if not value]
        if missing:
            return f"Email needs {' and '.join(missing)} too. docs/administrator.md says what to set."
        return None if self.notify_key or _is_a_server(self.smtp_url) else SMTP_WANTED


class SignOnSettings(MailSettings):
    """Single sign-on: one provider of OpenID Connect, and what its word is worth."""

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    # As people call it: what the button says.
    oidc_name: str = "your organisation’s account"
    oidc_link: Literal["invited", "email"] = "invited"
    oidc_new_person: Literal["refuse", "wait"] = "refuse"
    oidc_strength: str = ""
    passwords: bool = True

    @property
    def has_provider(self) -> bool:
        """Say whether there is single sign-on."""
        return bool(self.oidc_issuer)

    @property
    def provider(self) -> str:
        """Return what single sign-on is called, empty where there is none."""
        return self.oidc_name if self.has_provider else ""

    def sign_on_fault(self) -> str | None:
        """Return what is wrong with the settings of single sign-on, or None."""
        if not self.has_provider:
            return None if self.passwords else f"{PREFIX}PASSWORDS=no needs {PREFIX}OIDC_ISSUER: nobody could sign in."
        needed = {"OIDC_CLIENT_ID": self.oidc_client_id, "ADDRESS": self.address}
        missing = [PREFIX + name for name, value in needed.items() if not value]
        if missing:
            return f"Single sign-on needs {' and '.join(missing)} too. docs/administrator.md says what to set."
        if not re.fullmatch(r"(provider|(amr|acr|acrs):\S+)?", self.oidc_strength):
            return f"{PREFIX}OIDC_STRENGTH has to be provider, or begin with amr:, acr: or acrs:, such as amr:mfa."
        return _issuer_fault(self.oidc_issuer)


def _issuer_fault(issuer: str) -> str | None:
    at = urlsplit(issuer)
    if at.scheme != "https" and at.hostname not in {"localhost", "127.0.0.1", "::1"}:
        return f"{PREFIX}OIDC_ISSUER has to start with https://."
    if any(part in {"common", "organizations", "consumers"} for part in at.path.split("/")):
        return (
            f"{PREFIX}OIDC_ISSUER has to be your own tenant’s, https://login.microsoftonline.com/TENANT/v2.0: with "
            "common, organizations or consumers anybody’s tenant could say of anybody that they are one of yours."
        )
    return None


def _beside(data: Mapping[str, Any]) -> str:
    return f"sqlite:///{data['data_dir'] / 'casework-audit.sqlite3'}"


class Settings(SignOnSettings):
    """What a machine may choose; docs/administrator.md has the table, and a test compares."""

    data_dir: Annotated[Path, AfterValidator(Path.absolute)] = Field(default=Path("var"), validate_default=True)
    database_url: str = Field(default_factory=_beside, validation_alias=DATABASE, repr=False)
    organisation: str = USUAL_NAME
    contact: str = ""
    https: bool = True
    demo: bool = False
    # Who has to have a second factor.
    second_factor: Literal["everyone", "deciders", "no"] = "everyone"
    # Addresses and networks of those whose word of where a request comes from is taken.
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    # How often somebody may save in a minute.
    saves_a_minute: Annotated[int, Field(ge=60)] = 300
    # A file of sorted SHA-1s of passwords that were stolen somewhere.
    breached: str = ""
    key_of_log: SecretStr | None = Field(default=None, validation_alias=f"{PREFIX}EVENT_KEY")
    key_of_secrets: SecretStr | None = Field(default=None, validation_alias=f"{PREFIX}SECRET_KEY")

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; every one has a default that suits a first start. Raises Unfit for what cannot be read."""
        try:
            return cls(_secrets_dir=_secrets_dir())  # type: ignore[call-arg]
        except ValidationError as error:
            raise Unfit(" ".join(_faults(error))) from None

    @property
    def sends_mail(self) -> bool:
        """Say whether messages leave; the invented people of a demonstration get none."""
        return self.has_mail and not self.demo

    def fault(self) -> str | None:
        """Return what is wrong with settings that belong together, or None."""
        return self.mail_fault() or self.sign_on_fault() or self.breached_fault()

    def breached_fault(self) -> str | None:
        """Return what is wrong with the list of stolen passwords, or None."""
        if not self.breached or Path(self.breached).is_file():
            return None
        return f"There is no file {self.breached}, which {PREFIX}BREACHED names. docs/administrator.md says what it is."

    def environment(self) -> dict[str, str]:
        """Return these settings as an environment, for processes of their own."""
        return {
            DATABASE: self.database_url,
            PREFIX + "DATA_DIR": str(self.data_dir),
            PREFIX + "ORGANISATION": self.organisation,
            PREFIX + "CONTACT": self.contact,
            PREFIX + "HTTPS": "yes" if self.https else "no",
            PREFIX + "DEMO": "yes" if self.demo else "no",
            PREFIX + "SECOND_FACTOR": self.second_factor,
        }

    @property
    def asks_for_a_factor_of(self) -> str:
        """Return who has to have a second factor; the invented people of a demonstration need none."""
        return "no" if self.demo else self.second_factor

    @property
    def key_file(self) -> Path:
        """Return where the key of the event log is kept, where no setting gives it."""
        return self.data_dir / "event-log.key"

    @property
    def secret_key_file(self) -> Path:
        """Return where the key is kept with which secrets are sealed, where no setting gives it."""
        return self.data_dir / "secret.key"

    @property
    def has_secret_key(self) -> bool:
        """Say whether there is a key with which secrets are sealed."""
        return self.key_of_secrets is not None or self.secret_key_file.is_file()

    @property
    def has_event_key(self) -> bool:
        """Say whether there is a key of the event log."""
        return self.key_of_log is not None or self.key_file.is_file()

    def event_key(self) -> bytes:
        """Return the key of the event log's chain, which lives outside the database; raises Unfit where there is none.

        It is never made anew for a log that is there: nothing that was written before would follow from it.
        """
        if self.key_of_log is not None:
            return self.key_of_log.get_secret_value().encode()
        if not self.has_event_key:
            raise Unfit(
                f"The key of the event log is missing: {self.key_file}. Put it back from your copy, or from the server "
                f"on which this database was set up, or set {PREFIX}EVENT_KEY. Only a new installation is given one: "
                "casework-audit migrate"
            )
        return self.key_file.read_text().strip().encode()

    def secret_key(self) -> bytes:
        """Return the key with which secrets are sealed; raises Unfit where there is none, or it is too short."""
        if not self.has_secret_key:
            raise Unfit(
                f"The key of sealed secrets is missing: {self.secret_key_file}. Put it back from your copy, or from "
                f"the server on which this database was set up, or set {PREFIX}SECRET_KEY. Where nothing was sealed "
                "yet, one is made by: casework-audit migrate"
            )
        given = self.key_of_secrets
        key = given.get_secret_value() if given else self.secret_key_file.read_text().strip()
        if len(key) < SHORTEST_KEY:
            raise Unfit(
                f"The key of sealed secrets ({PREFIX}SECRET_KEY or {self.secret_key_file}) is too short. It has at "
                f"least {SHORTEST_KEY} characters that nobody can guess."
            )
        return key.encode()

    def make_event_key(self) -> None:
        """Make the key of a new installation, mode 0600."""
        self._make(self.key_file)

    def make_secret_key(self) -> None:
        """Make the key with which secrets are sealed, mode 0600."""
        self._make(self.secret_key_file)

    def _make(self, file: Path) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(secrets.token_hex(32))


def name_of(field: str) -> str:
    """Return what a setting is called in the environment."""
    return str(Settings.model_fields[field].validation_alias or PREFIX + field.upper())


def names() -> list[str]:
    """Return what every setting is called in the environment."""
    return [name_of(field) for field in Settings.model_fields]


def _secrets_dir() -> str | None:
    """Return the folder with a file for each secret, named as the setting; raises Unfit where it is not there."""
    folder = os.environ.get(SECRETS) or os.environ.get(CREDENTIALS)
    if folder and not Path(folder).is_dir():
        raise Unfit(f"{folder} is no folder. {SECRETS} names the folder that has a file for each secret.")
    return folder


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        name = str(fault["loc"][0])
        called = name_of(name) if name in Settings.model_fields else name
        yield f"{called} has to be {_wanted(fault)}. docs/administrator.md says what to set."


def _wanted(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "literal_error":
        return str(fault["ctx"]["expected"]).replace("'", "")
    return "yes or no" if fault["type"].startswith("bool") else "something that can be read as it is meant"
