"""The form of the settings."""

from typing import Annotated

from pydantic import Field

from app.people.case_files import LONGEST
from app.web.forms import Form

Address = Annotated[str, Field(max_length=LONGEST)]


class SettingsForm(Form):
    """Where files are opened, and a reference and a document to try it with."""

    case_address: Address = ""
    document_address: Address = ""
    tried_reference: Annotated[str, Field(max_length=60)] = ""
    tried_document: Annotated[str, Field(max_length=80)] = ""
