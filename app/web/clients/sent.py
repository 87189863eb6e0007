"""What a browser or a script sent, read and bounded."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.errors import Refusal, TooLarge
from app.web.forms import whole

LARGEST_JSON = 1024 * 1024
# A text that is too long comes back with the page, which says by how much; beyond this it cannot be read at all.
MOST_FIELDS, LARGEST_FIELD = 20_000, 16 * 1024 * 1024
TOO_MUCH = (
    f"A page takes {MOST_FIELDS:,} answers and {LARGEST_FIELD // 2**20} MB in each at most. Go back in your browser, "
    "where what you typed still stands, shorten it and send it again."
)
NO_FORM = "What was sent is no form that can be read. Open the page again, and send it once more."


async def read_json(request: Request) -> Any:  # noqa: ANN401 - whatever was sent
    """Return what a script sent, None where it is no JSON; raises TooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_JSON:
            raise TooLarge("That is more than can be saved at once. Use the button that saves the whole page.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # The route says what it wants, to those whom its guard lets in.
        return None


async def read_form(request: Request) -> FormData:
    """Return the form and files of a request; raises HTTPException in words of ours."""
    try:
        return await request.form(max_fields=MOST_FIELDS, max_files=4, max_part_size=LARGEST_FIELD)
    except UnicodeError as error:
        raise HTTPException(400, "The form says that it is in a code that it is not in.") from error
    except HTTPException as error:
        # Starlette's words are for programmers; whoever typed has their text in the page before this one.
        too_much = any(word in str(error.detail) for word in ("Too many", "exceeded"))
        raise HTTPException(413 if too_much else 400, TOO_MUCH if too_much else NO_FORM) from error


def texts(form: FormData) -> dict[str, list[str]]:
    """Return the texts of a form by field, in the order in which they were sent."""
    texts: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts.setdefault(whole(name), []).append(whole(value).replace("\r\n", "\n"))
    return texts


def readable(form: Mapping[str, list[str]]) -> None:
    """Refuse a text that no database keeps."""
    if any("\x00" in value for values in form.values() for value in values):
        raise Refusal(
            "Something that you typed or pasted has a character in it that cannot be kept (NUL). Take it out and "
            "send it again."
        )
