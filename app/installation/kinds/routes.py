"""Routes of the kinds of work: the lists, and the page on which one kind is added or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.installation.kinds import actions, queries
from app.installation.kinds.forms import KindForm
from app.installation.kinds.rules import place_of, with_kind
from app.labels import listed
from app.people.kind_lists import ABOUT, About, kind_faults, list_faults
from app.people.kinds import LISTS, Kind, Kinds
from app.people.queries import kinds_now
from app.tables.cells import cleaned
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, administrator

router = Router()
# What each list is for, in the words of its page.
FOR: Mapping[str, str] = {
    "law_types": "The kinds of case that are audited and compared. Threshold documents name them by their codes.",
    "document_kinds": "What a filing is. A list of filings may say it of each.",
    "employment": "How practitioners are employed. Grades are shown for each.",
    "bands": "A sample is spread over them. A service without bands needs none.",
}


@dataclass(frozen=True, slots=True)
class OfList:
    """A list, and of one of its kinds what it is; None for one that is added."""

    which: str
    kinds: Kinds
    kind: Kind | None = None

    @property
    def about(self) -> About:
        """Return what the list is called."""
        return ABOUT[self.which]


def _list(visit: Visit) -> OfList:
    administrator.find(visit)
    which = visit.word("list_name")
    if which not in LISTS:
        raise NotFound
    return OfList(which, kinds_now(visit.session).of(which))


def _kind(visit: Visit) -> OfList:
    of = _list(visit)
    kind = of.kinds.get(visit.word("kind_code"))
    if kind is None:
        raise NotFound
    return OfList(of.which, of.kinds, kind)


a_list = Guard("an administrator, for a list that there is", _list)
a_kind = Guard("an administrator, for a kind that is in its list", _kind)


@dataclass(frozen=True, kw_only=True)
class KindsPage(Page):
    """Every list with its kinds."""

    template: ClassVar[str] = "installation/kinds/kinds.html"
    lists: Sequence[tuple[str, About, str, Kinds]]


@dataclass(frozen=True, kw_only=True)
class KindPage(Page):
    """One kind, to add or to change."""

    template: ClassVar[str] = "installation/kinds/kind.html"
    of: OfList
    form: Filled
    # As options: where it can stand in its list.
    places: Sequence[tuple[str, str]]
    # What can become of it, and whether it can be taken away.
    told: str
    removable: bool


@router.get("/settings/kinds", administrator)
def kinds_page(visit: Visit, _viewer: object) -> Response:
    """Show the lists."""
    kinds = kinds_now(visit.session)
    lists = [(which, ABOUT[which], FOR[which], kinds.of(which)) for which in LISTS]
    return visit.render(KindsPage(title="Kinds of work", lists=lists))


def _kind_page(visit: Visit, of: OfList, form: Filled) -> KindPage:
    others = [kind for kind in of.kinds if of.kind is None or kind.code != of.kind.code]
    places = [("1", "First"), *((str(n), f"After {kind.name}") for n, kind in enumerate(others, 2))]
    found = queries.uses(visit.session, of.which, of.kind.code) if of.kind else []
    title = of.kind.name if of.kind else f"Add a {of.about.singular}"
    return KindPage(
        title=title,
        of=of,
        form=form,
        places=places,
        told=_told(of, found),
        removable=not found and not (of.kind and of.kind.usual),
    )


CLOSING = "Once it is closed, no new audit or list of filings is offered it; what has it keeps it, under its name."


def _told(of: OfList, uses: Sequence[str]) -> str:
    """Return whether a kind is used, and what closing it does."""
    if of.kind is None:
        return ""
    found = f"It is used in {listed(uses)}, so it cannot be taken away." if uses else "Nothing is of this kind yet."
    if of.kind.usual:
        return f"{found} It can be closed once another {of.about.singular} is used where a file says nothing."
    if of.kind.closed:
        return found
    return f"{found} {CLOSING}"


def _filled(of: OfList) -> Filled:
    if of.kind is None:
        return Filled({"place": str(len(of.kinds.all) + 1)})
    kind = of.kind
    texts = {"name": kind.name, "short_name": kind.short_name, "explanation": kind.explanation}
    usual = {"usual": "yes"} if kind.usual else {}
    return Filled({**texts, "also": "\n".join(kind.also), "place": str(place_of(of.kinds, kind.code)), **usual})


@router.get("/settings/kinds/{list_name}/new", a_list)
def new_kind_page(visit: Visit, of: OfList) -> Response:
    """Ask what is added to a list."""
    return visit.render(_kind_page(visit, of, _filled(of)))


@router.get("/settings/kinds/{list_name}/{kind_code}", a_kind)
def kind_page(visit: Visit, of: OfList) -> Response:
    """Show one kind to change, to close or to take away."""
    return visit.render(_kind_page(visit, of, _filled(of)))


def _save(visit: Visit, of: OfList, by: int) -> Response:
    sent, form = fill(KindForm, visit.form)
    if sent is None:
        return visit.render(_kind_page(visit, of, form), status=422)
    code = of.kind.code if of.kind else cleaned(sent.code)
    # The usual kind of a list stays so until another is.
    usual = of.about.has_usual and (sent.usual == "yes" or (of.kind is not None and of.kind.usual))
    kind = sent.kind(code, usual=usual, closed=of.kind is not None and of.kind.closed)
    faults = kind_faults(of.which, kind)
    if of.kind is None and of.kinds.get(code):
        faults["code"] = f"There is a {of.about.singular} {code} already: {of.kinds.name(code)}. Choose another code"
    # At the end of the list, so that what is there already is said of the others.
    changed = with_kind(of.kinds, kind, len(of.kinds.all) + 1)
    whole = next(list_faults(of.which, changed), "").removesuffix(".") if not faults else ""
    if faults or whole:
        return visit.render(_kind_page(visit, of, form.with_errors(**faults or {"name": whole})), status=422)
    done = actions.save_kind(visit.session, of.which, kind, sent.place, by=by)
    said = f"{kind.name} is {'saved' if of.kind else 'added'}." if done else "Nothing was changed."
    return visit.redirect("/settings/kinds", said)


@router.post("/settings/kinds/{list_name}/new", a_list)
def add_kind(visit: Visit, of: OfList) -> Response:
    """Add a kind to a list."""
    return _save(visit, of, visit.viewer.id)


@router.post("/settings/kinds/{list_name}/{kind_code}", a_kind)
def save_kind(visit: Visit, of: OfList) -> Response:
    """Change what a code is called, how files write it, and its place."""
    return _save(visit, of, visit.viewer.id)


def _done(visit: Visit, done: str) -> Response:
    return visit.redirect("/settings/kinds", done)


@router.post("/settings/kinds/{list_name}/{kind_code}/close", a_kind)
def close_kind(visit: Visit, of: OfList) -> Response:
    """Close a kind: what has it goes on, nothing new gets it."""
    kind = _of(of)
    actions.close_kind(visit.session, of.which, kind.code, closed=True, by=visit.viewer.id)
    return _done(visit, f"{kind.name} is closed. What has it keeps it, and goes on.")


@router.post("/settings/kinds/{list_name}/{kind_code}/open", a_kind)
def open_kind(visit: Visit, of: OfList) -> Response:
    """Open a closed kind again."""
    kind = _of(of)
    actions.close_kind(visit.session, of.which, kind.code, closed=False, by=visit.viewer.id)
    return _done(visit, f"{kind.name} is open again.")


@router.post("/settings/kinds/{list_name}/{kind_code}/remove", a_kind)
def remove_kind(visit: Visit, of: OfList) -> Response:
    """Take away a kind that nothing has."""
    kind = _of(of)
    actions.remove_kind(visit.session, of.which, kind.code, by=visit.viewer.id)
    return _done(visit, f"{kind.name} is taken away.")


def _of(of: OfList) -> Kind:
    if of.kind is None:
        raise NotFound
    return of.kind
