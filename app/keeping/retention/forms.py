"""The form of how long cases are kept."""

from typing import Annotated

from pydantic import Field

from app.keeping.retention.rules import LEAST, MOST
from app.web.forms import Form


class RetentionForm(Form):
    """After how many years the cases of an audit are forgotten; left empty, they are kept."""

    years: Annotated[int, Field(ge=LEAST, le=MOST)] | None = None
