"""What a browser may send of a learning point in doubt."""

from typing import Literal

from app.web.forms import Form


class ChoiceForm(Form):
    """Whether a learning point of a case is kept."""

    case: int
    theme: str
    choice: Literal["keep", "drop"]
    wrong = {"choice": "Choose whether the learning point is kept"}  # noqa: RUF012
