"""The table of limits."""

from sqlmodel import Field

from app.db import Base, Mapped


class Allowance(Base, table=True):
    """How much of a limit somebody has used: until when it would take to be as if they had used nothing.

    `key` is an HMAC of what is counted and of whom: no address stands in it.
    """

    __tablename__ = "allowance"

    key: Mapped[str] = Field(primary_key=True)
    # Seconds since 1970.
    used_until: Mapped[float]
