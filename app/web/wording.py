"""What somebody typed, by the labels and choices of the form that they typed it in, read from the page that has it."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.routing import compile_path

from app.errors import Refusal
from app.labels import label_of
from app.web.refusals import page_before
from app.web.routing import Route, Visit

# By field: what it is called, and in words what can be chosen in it.
Words = Mapping[str, tuple[str, Mapping[str, str]]]
CHOSEN = ("radio", "checkbox")


def in_words(typed: Mapping[str, str], *known: Words) -> dict[str, str]:
    """Return what was typed, by label; of several words for a field the first are taken."""
    told: dict[str, str] = {}
    for name, text in typed.items():
        label, said = next((words[name] for words in known if name in words), (label_of(name), {}))
        meant = "\n".join(said.get(line, line) for line in text.split("\n"))
        told[label] = f"{told[label]}\n{meant}" if label in told else meant
    return told


def words_of_form(visit: Visit, routes: Sequence[Route], path: str) -> Words:
    """Return the words of the form that is sent to an address, where a page that the visitor may open has it now."""
    came_from = page_before(visit.request.headers.get("referer", ""), visit.request.headers.get("host"))
    for page in dict.fromkeys((path, came_from)):
        found = words_in(_page(visit, routes, page), page, path)
        if found:
            return found
    return {}


def _page(visit: Visit, routes: Sequence[Route], path: str) -> str:
    """Return a page as the visitor would get it, empty where they would not or where opening it leaves a trace."""
    for route in routes:
        match = compile_path(route.path)[0].match(path)
        if match is None or route.method != "GET" or route.writes:
            continue
        scope = {
            **visit.request.scope,
            "method": "GET",
            "path": path,
            "path_params": match.groupdict(),
            "query_string": b"",
        }
        asked = Visit(Request(scope), visit.session, visit.settings, visit.surroundings, visit.person)
        try:
            return bytes(route.handler(asked, route.guard.find(asked)).body).decode()
        except (Refusal, SQLAlchemyError):
            return ""
    return ""


def words_in(html: str, page: str, action: str) -> Words:
    """Return the words of the form on a page that is sent to an address."""
    reader = _Reader(page, action)
    reader.feed(html)
    words: dict[str, tuple[str, dict[str, str]]] = {}
    for name, value, id_, legend in reader.fields:
        label = reader.labels.get(id_, "")
        if value is not None:
            words.setdefault(name, (legend or label, {}))[1][value] = label
        else:
            is_part = legend and name.endswith(("-day", "-month", "-year"))
            words[name] = (f"{legend}, {label.lower()}" if is_part else label, reader.options.get(name, {}))
    return {name: of for name, of in words.items() if of[0]}


class _Reader(HTMLParser):
    """Reads the fields of a form with their labels, legends and options."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.page, self.action = page, action
        # Name, value where it is one of several, id, legend.
        self.fields: list[tuple[str, str | None, str, str]] = []
        self.labels: dict[str, str] = {}
        self.options: dict[str, dict[str, str]] = {}
        self.inside = False
        self.legend = self.text = self.of = self.chosen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a form, a label, a choice or a field begins."""
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = has.get("method") == "post" and (has.get("action") or self.page) == self.action
        elif tag in {"legend", "label", "option"}:
            self.text, self.of = "", has.get("for", "") or has.get("value", "")
        elif tag == "fieldset":
            self.legend = ""
        elif self.inside and tag in {"input", "textarea", "select"} and has.get("type") != "hidden":
            self.chosen = has.get("name", "")
            value = has.get("value", "on") if has.get("type") in CHOSEN else None
            self.fields.append((self.chosen, value, has.get("id", ""), self.legend))

    def handle_data(self, data: str) -> None:
        """Gather what is read."""
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        """Keep what was gathered."""
        said = " ".join(self.text.split())
        if tag == "form":
            self.inside = False
        elif tag == "fieldset":
            self.legend = ""
        elif tag == "legend":
            self.legend = said
        elif tag == "label":
            self.labels[self.of] = said
        elif tag == "option" and self.inside and self.of:
            self.options.setdefault(self.chosen, {})[self.of] = said
