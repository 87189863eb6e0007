"""What a browser may send of a draft: everything as it was typed, and the sentences for what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.audit.commission.forms import CommissionForm
from app.dates import PARTS
from app.db import Line, Text
from app.web.forms import Form, _types
from app.web.pages import Filled

SEVERAL = ("law_types", "bands", "document_kinds")
TYPED_DAYS = tuple(name for name, field in CommissionForm.model_fields.items() if date in _types(field.annotation))
NAMES = tuple(CommissionForm.model_fields)


def typed_in(sent: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what was sent as a draft keeps it, a text for each field: the boxes of a day and choices a line each."""
    return {name: _text(name, sent) for name in NAMES}


def _text(name: str, sent: Mapping[str, Sequence[str]]) -> str:
    if name in TYPED_DAYS:
        boxes = [next(iter(sent.get(f"{name}-{part}", ())), "").strip().replace("\n", " ") for part in PARTS]
        return "\n".join(boxes) if any(boxes) else ""
    found = [text for text in sent.get(name, ()) if text]
    return "\n".join(found) if name in SEVERAL else "".join(found[:1]).strip()


def as_sent(typed: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what a draft keeps as a browser would send it."""
    found: dict[str, list[str]] = {}
    for name, text in typed.items():
        if name in TYPED_DAYS:
            boxes = [*text.split("\n"), "", "", ""][:3]
            found |= {f"{name}-{part}": [box] for part, box in zip(PARTS, boxes, strict=True)}
        else:
            found[name] = text.split("\n") if name in SEVERAL else [text]
    return found


def filled(typed: Mapping[str, str]) -> Filled:
    """Return what a draft keeps as its form shows it."""
    return Filled({name: "\n".join(values) for name, values in as_sent(typed).items()})


def in_words(name: str, text: str) -> str:
    """Return what is saved in a field as people read it."""
    return text.replace("\n", " " if name in TYPED_DAYS else ", ")


class ReasonForm(Form):
    """Why an audit goes back to its draft."""

    reason: Text
    wrong = {"reason": "Enter what has to change"}  # noqa: RUF012


class TemplateForm(Form):
    """What a template is called."""

    template_name: Line
    wrong = {"template_name": "Enter a name for the template"}  # noqa: RUF012
