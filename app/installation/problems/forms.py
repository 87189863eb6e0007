"""Forms of a report of a page."""

from app.db import Text
from app.web.forms import Form


class ProblemForm(Form):
    """What is wrong, on which page, and the number of the fault where there was one."""

    page: str = ""
    fault: str = ""
    problem: Text
    wrong = {"problem": "Enter what went wrong"}  # noqa: RUF012


class AnswerForm(Form):
    """What an administrator answers."""

    answer: Text
    wrong = {"answer": "Enter your answer"}  # noqa: RUF012
