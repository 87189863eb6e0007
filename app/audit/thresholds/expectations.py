"""The prompts of documents that were issued before documents could hold their own; by document and version."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.audit.thresholds.document import Prompt, ThresholdDocument
from app.audit.thresholds.yaml_text import compose, plain

FOLDER = Path(__file__).resolve().parents[2] / "data" / "thresholds" / "prompts"


class _Prompts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str
    version: str
    prompts: tuple[Prompt, ...]


@cache
def _issued() -> dict[tuple[str, str], tuple[Prompt, ...]]:
    kept = [
        _Prompts.model_validate(plain(compose(path.read_text(encoding="utf-8"))))
        for path in sorted(FOLDER.glob("*.yaml"))
    ]
    return {(of.id, of.version): of.prompts for of in kept}


def with_prompts(document: ThresholdDocument) -> ThresholdDocument:
    """Return a document with its prompts: its own where it says any, or says that it has none."""
    issued = _issued().get((document.id, document.version), ())
    return (
        document
        if "prompts" in document.model_fields_set or not issued
        else document.model_copy(update={"prompts": issued})
    )
