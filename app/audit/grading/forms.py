"""What a browser may send of the themes and the grade."""

from app.audit.forms import Text
from app.web.forms import Form


class ThemesForm(Form):
    """Strengths and learning points."""

    themes: tuple[str, ...] = ()
    strengths_note: Text = ""
    learning_note: Text = ""


class GradeForm(Form):
    """The auditor's own grade."""

    grade: str = ""
    departure_reason: Text = ""
