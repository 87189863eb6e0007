"""The page about the API for people: what stands in its document, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.labels import listed
from app.web.api.problems import KINDS, PREFIX
from app.web.pages import Page

# Words with the address of what they name, empty where they name nothing on the page.
Words = Sequence[tuple[str, str]]
NAMES = {"integer": "whole number", "string": "text", "boolean": "true or false", "null": "null", "number": "number"}
FORMATS = {"date": "day, such as 2014-10-31", "date-time": "moment, such as 2015-01-13T10:00:00Z"}
LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "maxLength": "{} characters at most",
    "default": "{} unless you say",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of an answer."""

    name: str
    words: Words
    always: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method."""

    name: str
    method: str
    path: str
    title: str
    about: str
    parameters: Sequence[Field]
    gives: Words


@dataclass(frozen=True, slots=True)
class Model:
    """What an answer, or a part of one, is made of; `rest` says what every other key has, which is data."""

    name: str
    about: str
    fields: Sequence[Field]
    rest: Words


@dataclass(frozen=True, kw_only=True)
class ReferencePage(Page):
    """The API, for people who write programs."""

    template: ClassVar[str] = "web/api/reference.html"
    about: str
    document: str
    operations: Sequence[Operation]
    models: Sequence[Model]
    # Status, type, title and what is usually said.
    problems: Sequence[tuple[int, str, str, str]]


def reference_page(document: Mapping[str, Any]) -> ReferencePage:
    """Return the page about a document."""
    return ReferencePage(
        title="The API",
        about=document["info"]["description"],
        document=f"{PREFIX}/openapi.json",
        operations=list(_operations(document["paths"])),
        models=[_model(name, schema) for name, schema in document["components"]["schemas"].items()],
        problems=[(status, f"{PREFIX}/problems/{k.name}", k.title, k.detail) for status, k in KINDS.items()],
    )


def _operations(paths: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, said in methods.items():
            yield Operation(
                name=said["operationId"],
                method=method.upper(),
                path=path,
                title=said["summary"],
                about=said["description"],
                parameters=[_field(p["name"], p["schema"], p["required"]) for p in said.get("parameters", ())],
                gives=list(words_of(said["responses"]["200"]["content"]["application/json"]["schema"])),
            )


def _model(name: str, schema: Mapping[str, Any]) -> Model:
    required, rest = schema.get("required", ()), schema.get("additionalProperties")
    fields = [_field(key, of, key in required) for key, of in schema.get("properties", {}).items()]
    about = " ".join(schema.get("description", "").split())
    return Model(name, about, fields, list(words_of(rest)) if isinstance(rest, Mapping) else ())


def _field(name: str, schema: Mapping[str, Any], always: bool) -> Field:  # noqa: FBT001 - as the schema has it
    about = schema.get("description", "").strip().rstrip(".")
    limits = [said.format(schema[key]) for key, said in LIMITS.items() if schema.get(key) not in (None, "", [], {})]
    limited = ", ".join(limits)
    sentences = filter(None, [about, limited[:1].upper() + limited[1:]])
    return Field(name, list(words_of(schema)), always, ". ".join(sentences))


def words_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield in words what a value is, with links to the models that it is made of."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield name, f"#{name}"
    elif "anyOf" in schema:
        for place, one in enumerate(schema["anyOf"]):
            yield from [(" or ", "")] * bool(place)
            yield from words_of(one)
    elif values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        yield listed([json.dumps(value) for value in values], "or"), ""
    elif schema.get("type") == "array":
        yield from _many("list of ", schema.get("items") or schema["prefixItems"][0])
    elif isinstance(of := schema.get("additionalProperties"), Mapping):
        yield from _many("object whose every key has: ", of)
    else:
        yield FORMATS.get(schema.get("format", ""), NAMES.get(schema.get("type", ""), "anything")), ""


def _many(what: str, of: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield what, ""
    yield from words_of(of)
