"""Tables of single sign-on."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from app.db import Base, Mapped, Numbered, where


class Identity(Numbered, table=True):
    """As whom a provider knows a person; the pair is never another's, whatever becomes of their address."""

    __tablename__ = "identity"
    __table_args__ = (
        Index("uq_identity_issuer_subject", "issuer", "subject", unique=True, **where("untied_at IS NULL")),
    )

    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    tied_at: Mapped[datetime]
    # When an administrator said that it is theirs no more.
    untied_at: Mapped[datetime | None] = Field(default=None)


class SigningIn(Base, table=True):
    """A browser that was sent to the provider: what has to come back with it, once, within ten minutes."""

    __tablename__ = "signing_in"

    cookie_sha256: Mapped[str] = Field(primary_key=True)
    state: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    # Where they were going, what they had typed before their session ended, and the invitation with which they came.
    next: Mapped[str]
    kept: Mapped[str]
    link_sha256: Mapped[str]
    at: Mapped[datetime]
