"""Commands of the API: its document."""

import argparse
import json
from collections.abc import Callable

from app.settings import Settings


def add_parsers(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands of the API."""
    add("openapi", _openapi, "print the API's OpenAPI document")


def text(settings: Settings) -> str:
    """Return the document as it is printed."""
    # Every other command starts sooner without the whole application.
    from app.main import openapi  # noqa: PLC0415

    return json.dumps(openapi(settings), indent=1, ensure_ascii=False)


def _openapi(_options: argparse.Namespace, settings: Settings) -> None:
    print(text(settings))
