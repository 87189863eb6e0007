"""Pages: a page is a frozen dataclass whose fields are the whole context of its template."""

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Macro, Undefined
from jinja2.utils import missing
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from app.clock import day, due_in_words, moment, time_of_day
from app.db import LONGEST_TEXT
from app.documents import marks_used, shown
from app.labels import bears_verdict, capital, listed, noun, out_of, plural, some
from app.prose import html_of
from app.settings import Settings
from app.web import choices, pieces
from app.web.compiled import Compiled
from app.web.sessions import Cookie

ROOT = Path(__file__).resolve().parents[2]
# Where a part of a page comes in the frame that is rendered once; no template has one.
GAP = "\0"


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a template is given; `title` is the h1 and the start of the window's title."""

    template: ClassVar[str]
    title: str


@dataclass(frozen=True)
class Filled:
    """A form as a person filled it in: what they typed, and what is wrong with it, by field."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    # The element that an error links to, where it is not the field's own name (radios, groups).
    anchors: Mapping[str, str] = field(default_factory=dict)
    # Of each day, the boxes to mark where it has an error.
    boxes: Mapping[str, Collection[str]] = field(default_factory=dict)
    # In words, what another window saved in a field that was changed here too.
    saved: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Any:  # noqa: ANN401 - text, or a list where several may be ticked
        """Return what was typed, empty where nothing was."""
        return self.values.get(name, "")

    def ticked(self, name: str, option: str) -> bool:
        """Say whether an option of a radio or checkbox group is chosen."""
        chosen = self.values.get(name, ())
        return option in (chosen.split("\n") if isinstance(chosen, str) else chosen)

    def with_errors(self, **errors: str) -> Self:
        """Return the same form with more errors."""
        return dataclasses.replace(self, errors={**self.errors, **errors})


class Careful(StrictUndefined):
    """Strict about attributes of our objects, lenient about names and keys of a dict, which GOV.UK macros leave out.

    Names are strict all the same: a house test compares those that each template reads with its page's fields.
    """

    def __new__(  # type: ignore[misc]
        cls,
        hint: str | None = None,
        obj: object = missing,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
    ) -> Undefined:
        """Give the lenient kind where leaving out is allowed."""
        if obj is missing or isinstance(obj, dict):
            return ChainableUndefined(hint, obj, name, exc)  # type: ignore[arg-type]
        return super().__new__(cls)


def cases(value: Fraction) -> str:
    """Return an exact number of cases as people read it: 12, 12.5, 12.33; halves of a hundredth go up."""
    hundredths = (200 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    whole, rest = divmod(hundredths, 100)
    text = f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")
    return f"\u2212{text}" if value < 0 and hundredths else text


def spaced(text: str, size: int = 8) -> str:
    """Return a long hash in groups that can be read out."""
    return " ".join(text[i : i + size] for i in range(0, len(text), size))


# A cache: each key names all that its text depends on, so applications with other names or people find their own.
_made: dict[tuple[object, ...], str] = {}
MOST_MADE = 10_000
LONGEST_KEY = 4000


def made_once(key: tuple[object, ...], macro: Macro, *arguments: object) -> str:
    """Return what a macro gives, made once for each key, which has to name everything that it depends on."""
    whole = (macro.name, *key)
    made = _made.get(whole)
    if made is None:
        if len(_made) >= MOST_MADE:
            _made.clear()
        made = _made[whole] = macro(*arguments)
    return made


def component(macro: Macro, params: Mapping[str, Any]) -> str:
    """Return a component of GOV.UK's; one that is not long, has no typed text and no error is made once."""
    key = "" if params.get("value") or params.get("errorMessage") else repr(params)
    return made_once((key,), macro, params) if 0 < len(key) <= LONGEST_KEY else macro(params)


class Frame(NamedTuple):
    """What GOV.UK's page template writes around the parts of a page, which are the same for nobody."""

    start: str
    after_title: str
    after_head: str
    after_header: str
    after_navigation: str
    after_crumbs: str
    after_content: str
    after_footer: str
    end: str


@cache
def page_frame() -> Frame:
    """Return the frame of every page."""
    html = environment().get_template("frame.html").render(gap=GAP)
    return Frame(*map(Markup, html.split(GAP)))


class Shared(Environment):
    """An environment in which every template has the same globals, as one dict, and is found by its name alone."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Jinja's own
        super().__init__(**options)
        self._found: dict[str, Template] = {}

    def get_template(self, name: str | Template, *more: Any) -> Template:  # noqa: ANN401 - Jinja's own
        """Return a template, which never changes while we run; a page asks for some thirty."""
        if isinstance(name, Template):
            return name
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().get_template(name, *more)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template.

        Jinja chains two dicts, and compares their names anew at each of the twenty imports of a page.
        """
        return super().make_globals(d) if d else self.globals


@cache
def environment() -> Environment:
    """Return the one template environment."""
    port = PackageLoader("govuk_frontend_jinja")
    env = Shared(
        loader=ChoiceLoader([FileSystemLoader(ROOT / "templates"), PrefixLoader({"govuk_frontend_jinja": port})]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled(ROOT / "templates"),
        undefined=Careful,
    )
    env.globals.update(themeColor="#0b0c0c", longest_text=LONGEST_TEXT)
    env.globals.update(component=component, made_once=made_once, page_frame=page_frame, pieces=pieces, static=static)
    env.globals.update({of.__name__: of for of in (bears_verdict, capital, listed, noun, out_of, plural, some)})
    env.filters.update(FILTERS)
    return env


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": day,
    "due": due_in_words,
    "written": lambda text: day(date.fromisoformat(text)),
    "moment": moment,
    "time_of_day": time_of_day,
    "number": lambda n: f"{n:,}",
    "cases": cases,
    "spaced": spaced,
    "share": lambda s: f"{int(100 * s + 0.5)}%",
    "prose": html_of,
    "shown": shown,
    "marks": marks_used,
    "options": choices.options,
    "numeric": choices.numeric,
    "page_links": choices.page_links,
    "choice_items": choices.choice_items,
    "select_items": choices.select_items,
    "date_items": choices.date_items,
    "error_links": choices.error_links,
}


@cache
def static_version() -> str:
    """Return a short hash over every static file, so that each version has addresses of its own."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def static(path: str) -> str:
    """Return the address of a static file."""
    return f"/static/{static_version()}/{path}"


@cache
def inline_script_hash() -> str:
    """Return the Content-Security-Policy source of the page template's only inline script."""
    loader = environment().loader
    assert loader is not None  # noqa: S101 - set above
    source = loader.get_source(environment(), "govuk_frontend_jinja/template.html")[0]
    script = re.search(r"<script[^>]*>(.*?)</script>", source, re.DOTALL)
    assert script is not None  # noqa: S101 - upstream treats a change of it as breaking
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.group(1).encode()).digest()).decode()}'"


# The security headers of every response.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def content_security_policy() -> str:
    """Return the policy that every response carries; nothing inline, nothing from elsewhere."""
    return (
        f"default-src 'none'; script-src 'self' {inline_script_hash()}; style-src 'self'; img-src 'self'; font-src "
        "'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def part(template: str, macro: str, *arguments: object) -> str:
    """Return what a macro gives, as a part that a script of ours puts in the place of the one that was served."""
    return str(getattr(environment().get_template(template).module, macro)(*arguments))


def render(page: Page, chrome: Mapping[str, Any], *, status: int = 200) -> Response:
    """Return a page as a response; `chrome` is what surrounds every page (navigation, notice, the form's token)."""
    fields = {f.name: getattr(page, f.name) for f in dataclasses.fields(page)}
    html = environment().get_template(page.template).render(**chrome, **fields)
    return HTMLResponse(html, status)


def set_cookie(answer: Response, settings: Settings, cookie: Cookie, value: str) -> None:
    """Set a cookie for as long as it lasts."""
    age = int(cookie.lasts.total_seconds()) if cookie.lasts else None
    answer.set_cookie(
        cookie.called(settings), value, max_age=age, httponly=True, samesite="lax", secure=settings.https, path="/"
    )


def delete_cookie(answer: Response, settings: Settings, cookie: Cookie) -> None:
    """Have a browser forget a cookie."""
    answer.delete_cookie(cookie.called(settings), secure=settings.https, httponly=True, samesite="lax")


# What leads from a thing to its audit, where it is not one itself.
TO_AUDIT = ("audit", "case", "challenge", "benchmark", "returned", "concern", "assessment", "request", "draft", "of")
FAR = 4


def is_of_rehearsal(found: object, far: int = FAR) -> bool:
    """Say whether something is a rehearsal, or belongs to one."""
    said = getattr(found, "rehearsal", None)
    if isinstance(said, bool) or far == 0:
        return said is True
    return any(is_of_rehearsal(of, far - 1) for of in _led_to(found))


def _led_to(found: object) -> Iterator[object]:
    if isinstance(found, tuple):
        yield from (of for of in found if hasattr(of, "__dict__"))
    yield from (of for name in TO_AUDIT if (of := getattr(found, name, None)) is not None and not callable(of))
