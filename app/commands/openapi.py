"""The command that prints the API's document: `openapi`."""

import argparse
import json

from app.main import openapi
from app.settings import Settings


def text(settings: Settings) -> str:
    """Return the document as it is printed."""
    return json.dumps(openapi(settings), indent=1, ensure_ascii=False)


def run_openapi(_options: argparse.Namespace, settings: Settings) -> None:
    """Print the document."""
    print(text(settings))
