"""What a browser sends of a text that is not sent yet."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.errors import Refusal
from app.moderation.forms import one_sent
from app.web.forms import whole


def texts_of(sent: Mapping[str, Sequence[str]], names: Collection[str]) -> dict[str, str]:
    """Return the fields of a whole form; what it does not send is empty."""
    return {name: one_sent(sent, name) for name in names}


def fields_saved(data: Any, names: Collection[str]) -> dict[str, str]:  # noqa: ANN401 - whatever was sent
    """Return the fields that a script sends as `{"fields": {name: text}}`; raises Refusal."""
    sent = data.get("fields") if isinstance(data, dict) else None
    if not isinstance(sent, dict) or not all(isinstance(text, str) for text in sent.values()):
        raise Refusal("Send the fields as an object of texts, named ‘fields’.")
    return {name: whole(text) for name, text in sent.items() if name in names}
