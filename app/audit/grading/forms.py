"""What a browser may send of the themes and the grade."""

from app.db import TextOrEmpty
from app.web.forms import Form


class ThemesForm(Form):
    """Strengths and learning points."""

    themes: tuple[str, ...] = ()
    strengths_note: TextOrEmpty = ""
    learning_note: TextOrEmpty = ""


class GradeForm(Form):
    """The auditor's own grade."""

    grade: str = ""
    departure_reason: TextOrEmpty = ""
