"""Routes of lists of people: send a file, look at what it would do, do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts.agreeing.rules import GIVING
from app.accounts.people.routes import inviting
from app.accounts.rules import ACCOUNT
from app.errors import Conflict
from app.labels import plural
from app.mapping.actions import save_mapping
from app.mapping.profile import LONGEST_NAME, Profile, key_of
from app.mapping.ways import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from app.people.enums import PROPOSED, Role
from app.people.rules import Viewer
from app.web.forms import number_of
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit, administrator
from app.work.lists.actions import carry_out
from app.work.lists.kind import LEFT_OUT, NEEDED, ROLE, people_kind, profile
from app.work.lists.plan import Plan
from app.work.lists.queries import plan_of, suggested
from app.work.lists.reader import Sheet, as_json, from_json, read_apart

router = Router()
HERE = "/admin/people/import"
ORDERS = (
    (DAY_FIRST, "Day first: 3 April is 3/4"),
    (MONTH_FIRST, "Month first: 3 April is 4/3"),
    (YEAR_FIRST, "Year first"),
)
MOVED = "Something of it has changed since you looked. Look at it again, then do it"


@dataclass(frozen=True, kw_only=True)
class SendPage(Page):
    """Send a list of people."""

    template: ClassVar[str] = "work/lists/send.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """How a list is read, and what it would do."""

    template: ClassVar[str] = "work/lists/check.html"
    form: Filled
    table: str
    columns: Sequence[tuple[str, str]]
    headings: Sequence[tuple[str, str]]
    words: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    orders: Sequence[tuple[str, str]]
    plan: Plan
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class DonePage(Page):
    """What a list did, with the links to hand over."""

    template: ClassVar[str] = "work/lists/done.html"
    said: str
    links: Sequence[tuple[str, str]]


@router.get(HERE, administrator)
def send_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for the file."""
    return visit.render(SendPage(title="Add people from a list", form=Filled()))


@router.post(HERE, administrator, writes=False)
def send_list(visit: Visit, _viewer: Viewer) -> Response:
    """Read the file, and show what it would do; nothing is stored."""
    file = visit.files.get("file")
    sheet = read_apart(file.file) if file and file.filename else Sheet(wrong="Choose the file with the list of people")
    if sheet.wrong:
        page = SendPage(title="Add people from a list", form=Filled().with_errors(file=sheet.wrong))
        return visit.render(page, status=422)
    return visit.render(_check_page(visit, sheet, suggested(visit.session, sheet)))


def _check_page(visit: Visit, sheet: Sheet, how: Profile, errors: Mapping[str, str] | None = None) -> CheckPage:
    plan, kind = plan_of(visit.session, sheet, how, by=visit.viewer.id), people_kind()
    words = list(dict.fromkeys([*how.values.get(ROLE, {}), *map(key_of, plan.unknown_roles)]))
    values = {f"column_{one.name}": how.columns.get(one.name, "") for one in kind.fields}
    values |= {f"role_{n}": how.values.get(ROLE, {}).get(word, "") or "" for n, word in enumerate(words)}
    values |= {f"role_{n}": LEFT_OUT for n, word in enumerate(words) if how.values.get(ROLE, {}).get(word, "") is None}
    missing = {
        f"column_{n}": f"Say which column is the {kind.field(n).called.lower()}" for n in NEEDED if n not in how.columns
    }
    return CheckPage(
        title="Check the list",
        form=Filled(
            {**values, "dates": how.dates, "mapping": visit.sent("mapping"), "seen": plan.mark}, errors or missing
        ),
        table=as_json(sheet),
        columns=[(f"column_{one.name}", one.called) for one in kind.fields],
        headings=[(heading, heading) for heading in sheet.headings if heading],
        words=[(f"role_{n}", word) for n, word in enumerate(words)],
        roles=[*((r.value, r.label) for r in Role if r not in PROPOSED), (LEFT_OUT, "No role: leave it out")],
        orders=ORDERS,
        plan=plan,
        by_mail=visit.settings.sends_mail,
    )


def _sent(visit: Visit) -> tuple[Sheet, Profile]:
    """Return the list that a page carried and how it shall be read; raises Conflict where it carried none."""
    sheet = from_json(visit.sent("table"))
    if sheet is None:
        raise Conflict("The list did not come along. Send the file once more.")
    columns: dict[str, str] = {}
    for name, heading in ((one.name, visit.sent(f"column_{one.name}")) for one in people_kind().fields):
        if heading in sheet.headings and heading not in columns.values():
            columns[name] = heading
    chosen = {word: visit.sent(f"role_{n}") for n, word in enumerate(visit.form.get("words", ()))}
    roles = {word: None if code == LEFT_OUT else code for word, code in chosen.items() if code}
    order = next((o for o, _ in ORDERS if o == visit.sent("dates")), DAY_FIRST)
    return sheet, profile(columns, roles, order, visit.sent("mapping").strip()[:LONGEST_NAME])


@router.post(f"{HERE}/check", administrator, writes=False)
def check_list(visit: Visit, _viewer: Viewer) -> Response:
    """Read the list as somebody said, and show anew what it would do; nothing is stored."""
    return visit.render(_check_page(visit, *_sent(visit)))


@router.post(f"{HERE}/keep", inviting.making(ACCOUNT["add"], ACCOUNT["send"], ACCOUNT["disable"], GIVING["ask"]))
def keep_list(visit: Visit, viewer: Viewer) -> Response:
    """Do what was looked at."""
    sheet, how = _sent(visit)
    plan = plan_of(visit.session, sheet, how, by=viewer.id)
    if any(name not in how.columns for name in NEEDED) or visit.sent("seen") != plan.mark:
        moved = {} if any(name not in how.columns for name in NEEDED) else {"seen": MOVED}
        return visit.render(_check_page(visit, sheet, how, moved or None), status=422)
    leaving = {number_of(text) for text in visit.form.get("leaving", ())}
    by_mail = visit.settings.sends_mail
    done = carry_out(visit.session, plan, leaving, by=viewer.id, by_mail=by_mail)
    if visit.sent("mapping").strip():
        save_mapping(visit.session, how, by=viewer.id)
    counts = f"{plural(done.invited, 'person', 'people')} invited, {done.changed} changed, {done.disabled} disabled."
    if not done.links:
        return visit.redirect("/admin/people", counts)
    host = visit.settings.address or str(visit.request.base_url).rstrip("/")
    links = [(email, f"{host}/choose-password/{token}") for email, token in done.links.items()]
    return visit.render(DonePage(title="Hand over these links", said=counts, links=links))
