"""What a browser may send of a document and of a phrase."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from app.audit.evidence.models import LONGEST_LABEL, Label
from app.audit.evidence.rules import tidy
from app.web.forms import Form


class DocumentForm(Form):
    """A document of a case's file."""

    label: Annotated[Label, AfterValidator(tidy)]
    dated: date | None = None
    key: Annotated[str, StringConstraints(max_length=LONGEST_LABEL), AfterValidator(tidy)] = ""
    wrong = {"label": "Enter what the document is called"}  # noqa: RUF012
