"""Forms of the moderation room."""

from typing import Annotated

from pydantic import Field

from app.audit.rules import LONGEST_TEXT

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
