"""Forms of a reading."""

from typing import Literal

from app.dates import due_fault
from app.db import Text, TextOrEmpty
from app.improvement.models import Learned
from app.web.forms import Form


class ReflectionForm(Form):
    """What a practitioner thinks of their case, and whether their service manager reads it."""

    text: TextOrEmpty = ""
    shared: Literal["yes", "no"]
    wrong = {"shared": "Choose whether your service manager can read it"}  # noqa: RUF012


class LearnedForm(Learned, Form):
    """What was agreed in the talk."""

    wrong = {  # noqa: RUF012
        "learning": "Enter what will be learned",
        "learn_by": "Enter by when, such as 27 11 2026",
        "known_by": "Enter how you will both know",
    }

    def faults(self) -> dict[str, str]:
        """Return what is wrong with its day."""
        fault = due_fault(self.learn_by)
        return {"learn_by": fault} if fault else {}


class WrongForm(Form):
    """What is factually wrong, and what is right."""

    wrong_fact: Text
    right_fact: Text
    wrong = {  # noqa: RUF012
        "wrong_fact": "Enter what is wrong",
        "right_fact": "Enter what is right, and where the file says so",
    }


class AnswerForm(Form):
    """What the audit lead answers."""

    answer: Text
    wrong = {"answer": "Enter your answer"}  # noqa: RUF012
