"""The table of what is reported of pages."""

from datetime import datetime

from sqlmodel import Field

from app.db import Mapped, Numbered, Text


class PageProblem(Numbered, table=True):
    """What somebody says is wrong with a page, and what an administrator answers; answered, it is closed.

    `page` is its address without what follows a question mark, `fault` the number of the fault where one was met.
    """

    __tablename__ = "page_problem"

    page: Mapped[str]
    fault: Mapped[str]
    text: Mapped[Text]
    by_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    at: Mapped[datetime]
    answer: Mapped[str] = Field(default="")
    answered_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    answered_at: Mapped[datetime | None] = Field(default=None)

    @property
    def is_open(self) -> bool:
        """Say whether it waits for an answer."""
        return self.answered_at is None
