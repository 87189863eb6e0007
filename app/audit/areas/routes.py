"""Routes of areas and regions, for an administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.areas import actions, queries
from app.audit.areas.actions import Following
from app.audit.areas.forms import AreaForm, ChangeForm, NewAreaForm, RegionForm, RegionNameForm
from app.audit.areas.reading import read_areas
from app.audit.areas.rules import Wanted, ending, faults
from app.audit.bars.queries import everybody
from app.clock import today
from app.errors import Conflict
from app.labels import plural
from app.people.models import AreaChange, Region, ServiceArea
from app.people.rules import Viewer
from app.tables.problems import Group, Problems
from app.web.forms import fill, number_of
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, administrator

router = Router()


def _area(visit: Visit) -> ServiceArea:
    administrator.find(visit)
    return queries.area(visit.session, visit.word("area_code"))


def _region(visit: Visit) -> Region:
    administrator.find(visit)
    return queries.region(visit.session, visit.word("region_code"))


area_by_administrator = Guard("an administrator, for an area that there is", _area)
region_by_administrator = Guard("an administrator, for a region that there is", _region)


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area in the list: with its heads, its practitioners in the newest sample, and how many open audits have it."""

    area: ServiceArea
    heads: Sequence[str]
    practitioners: int
    audits: int
    open: bool


@dataclass(frozen=True, kw_only=True)
class AreasPage(Page):
    """The areas by region; those that are there no more at the end."""

    template: ClassVar[str] = "audit/areas/areas.html"
    # Of each region its code and name, empty for areas of none.
    parts: Sequence[tuple[str, str, Sequence[AreaLine]]]
    closed: Sequence[ServiceArea]
    form: Filled


@dataclass(frozen=True, kw_only=True)
class RegionPage(Page):
    """A region, and another name for it."""

    template: ClassVar[str] = "audit/areas/region.html"
    region: Region
    form: Filled


@dataclass(frozen=True, kw_only=True)
class NewAreaPage(Page):
    """Add an area."""

    template: ClassVar[str] = "audit/areas/new_area.html"
    regions: Sequence[Region]
    form: Filled


@dataclass(frozen=True, kw_only=True)
class AreaPage(Page):
    """An area: what it is called, where it belongs, what became of it and why."""

    template: ClassVar[str] = "audit/areas/area.html"
    area: ServiceArea
    line: AreaLine
    history: Sequence[tuple[AreaChange, str]]
    regions: Sequence[Region]
    form: Filled


@dataclass(frozen=True, kw_only=True)
class ChangePage(Page):
    """Close, split or merge an area."""

    template: ClassVar[str] = "audit/areas/change.html"
    area: ServiceArea
    others: Sequence[tuple[str, str]]
    form: Filled


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """What a change of areas would touch, before it is made."""

    template: ClassVar[str] = "audit/areas/check.html"
    area: ServiceArea
    wanted: Wanted
    ends: Sequence[str]
    # Of each new area its code and name, and who heads those that end.
    begins: Sequence[tuple[str, str]]
    heads: Sequence[tuple[int, str]]
    cases: int
    interests: int
    # What was typed, to be sent with it.
    sent: Sequence[tuple[str, str]]


def _lines(visit: Visit) -> list[AreaLine]:
    here, audits = everybody(visit.session), queries.open_audits(visit.session)
    people, now = queries.practitioners(visit.session), today()
    return [
        AreaLine(
            of,
            [p.name for p in here.heads_of(of.code)],
            people.get(of.code, 0),
            audits.get(of.code, 0),
            of.is_open(now),
        )
        for of in queries.areas(visit.session)
    ]


def _areas_page(visit: Visit, form: Filled, *, status: int = 200) -> Response:
    lines, regions = _lines(visit), queries.regions(visit.session)
    here = [line for line in lines if line.area.closed_on is None or line.area.closed_on > today()]
    named = [*((of.code, of.name) for of in regions), ("", "")]
    parts = [(code, name, [line for line in here if (line.area.region or "") == code]) for code, name in named]
    page = AreasPage(
        title="Areas and regions",
        parts=[part for part in parts if part[2] or part[0]],
        closed=[line.area for line in lines if line not in here],
        form=form,
    )
    return visit.render(page, status=status)


@router.get("/admin/areas", administrator)
def areas_page(visit: Visit, _viewer: Viewer) -> Response:
    """List the areas."""
    return _areas_page(visit, Filled())


@router.post("/admin/regions", administrator)
def add_region(visit: Visit, viewer: Viewer) -> Response:
    """Add a region."""
    sent, form = fill(RegionForm, visit.form)
    if sent is None:
        return _areas_page(visit, form, status=422)
    try:
        actions.add_region(visit.session, sent.code, sent.name, by=viewer.id)
    except Conflict as refusal:
        return _areas_page(visit, form.with_errors(code=refusal.sentence), status=422)
    return visit.redirect("/admin/areas", f"{sent.name} is a region now. Say on an area’s page that it belongs there.")


@router.get("/admin/regions/{region_code}", region_by_administrator)
def region_page(visit: Visit, of: Region) -> Response:
    """Show a region."""
    return visit.render(RegionPage(title=of.name, region=of, form=Filled({"name": of.name})))


@router.post("/admin/regions/{region_code}", region_by_administrator)
def rename_region(visit: Visit, of: Region) -> Response:
    """Give a region another name."""
    sent, form = fill(RegionNameForm, visit.form)
    if sent is None:
        return visit.render(RegionPage(title=of.name, region=of, form=form), status=422)
    actions.rename_region(visit.session, of, sent.name, by=visit.viewer.id)
    return visit.redirect("/admin/areas", f"The region is called {sent.name} now.")


def _new_area_page(visit: Visit, form: Filled, *, status: int = 200) -> Response:
    page = NewAreaPage(title="Add an area", regions=queries.regions(visit.session), form=form)
    return visit.render(page, status=status)


@router.get("/admin/areas/new", administrator)
def new_area_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for a new area."""
    return _new_area_page(visit, Filled())


@router.post("/admin/areas/new", administrator)
def new_area(visit: Visit, viewer: Viewer) -> Response:
    """Add an area."""
    sent, form = fill(NewAreaForm, visit.form)
    if sent is None:
        return _new_area_page(visit, form, status=422)
    try:
        actions.add_areas(visit.session, [actions.NewArea(sent.code, sent.name, sent.region)], by=viewer.id)
    except Conflict as refusal:
        return _new_area_page(visit, form.with_errors(code=refusal.sentence.rstrip(".")), status=422)
    return visit.redirect("/admin/areas", f"{sent.code} is an area now. Name its head of service on ‘People’.")


@dataclass(frozen=True, kw_only=True)
class AreaListPage(Page):
    """Upload a list of areas."""

    template: ClassVar[str] = "audit/areas/list.html"
    form: Filled
    problems: Sequence[Group]


@router.get("/admin/areas/list", administrator)
def list_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for a list of areas."""
    return visit.render(AreaListPage(title="Upload a list of areas", form=Filled(), problems=()))


@router.post("/admin/areas/list", administrator)
def upload_list(visit: Visit, viewer: Viewer) -> Response:
    """Add the areas of a list, all or none; everything that is wrong is said at once."""
    file, fault, problems = visit.files.get("file"), "Choose the file", Problems()
    if file is not None and file.filename:
        here = queries.areas(visit.session), queries.regions(visit.session)
        found, problems = read_areas(file.file, *here)
        if not problems.total:
            return visit.redirect("/admin/areas", actions.take_list(visit.session, found, by=viewer.id).words)
        fault = f"The file has {plural(problems.total, 'problem')}, so nothing was added. They are listed below"
    form = Filled().with_errors(file=fault)
    return visit.render(AreaListPage(title="Upload a list of areas", form=form, problems=problems.groups()), status=422)


def _area_page(visit: Visit, of: ServiceArea, form: Filled, *, status: int = 200) -> Response:
    line = next(line for line in _lines(visit) if line.area.code == of.code)
    page = AreaPage(
        title=of.code if of.name == of.code else f"{of.code}, {of.name}",
        area=of,
        line=line,
        history=queries.history(visit.session, of.code),
        regions=queries.regions(visit.session),
        form=form,
    )
    return visit.render(page, status=status)


@router.get("/admin/areas/{area_code}", area_by_administrator)
def area_page(visit: Visit, of: ServiceArea) -> Response:
    """Show an area."""
    return _area_page(visit, of, Filled({"name": of.name, "region": of.region or ""}))


@router.post("/admin/areas/{area_code}", area_by_administrator)
def change_area(visit: Visit, of: ServiceArea) -> Response:
    """Give an area another name, or move it to another region."""
    sent, form = fill(AreaForm, visit.form)
    if sent and sent.region and sent.region not in {r.code for r in queries.regions(visit.session)}:
        form = form.with_errors(region="Choose a region")
    if sent is None or form.errors:
        return _area_page(visit, of, form, status=422)
    changed = actions.change_area(visit.session, of, sent.name, sent.region, by=visit.viewer.id)
    return visit.redirect("/admin/areas", f"{of.code} is changed." if changed else "Nothing was changed.")


def _change_page(visit: Visit, of: ServiceArea, form: Filled, *, status: int = 200) -> Response:
    goes_on = [a for a in queries.areas(visit.session) if a.closed_on is None and a.code != of.code]
    others = [(a.code, a.code if a.name == a.code else f"{a.code}, {a.name}") for a in goes_on]
    page = ChangePage(title=f"Close, split or merge {of.code}", area=of, others=others, form=form)
    return visit.render(page, status=status)


def _sent(visit: Visit, of: ServiceArea) -> tuple[ChangeForm | None, Filled]:
    """Return what was typed of a change, and the form with what is wrong with it."""
    sent, form = fill(ChangeForm, visit.form)
    if sent is None:
        return None, form
    wanted = sent.wanted(of.code)
    wrong = faults(wanted, queries.around(visit.session, wanted.old))
    # A rule speaks of what ends and what comes of it; the page has a field for each way.
    field = {"old": "others", "new": "parts" if sent.how == "split" else "into"}
    return (None if wrong else sent), form.with_errors(**{field.get(name, name): told for name, told in wrong.items()})


@router.get("/admin/areas/{area_code}/change", area_by_administrator)
def change_page(visit: Visit, of: ServiceArea) -> Response:
    """Ask what happens to an area."""
    return _change_page(visit, of, Filled())


@router.post("/admin/areas/{area_code}/change", area_by_administrator)
def check_change(visit: Visit, of: ServiceArea) -> Response:
    """Show what a change would touch; nothing is changed yet."""
    sent, form = _sent(visit, of)
    if sent is None:
        return _change_page(visit, of, form, status=422)
    wanted, named = sent.wanted(of.code), sent.named()
    there = {a.code for a in queries.areas(visit.session)}
    ends = ending(wanted)
    page = CheckPage(
        title=f"Check what happens to {of.code}",
        area=of,
        wanted=wanted,
        ends=ends,
        begins=[(code, name) for code, name in named.items() if code not in there],
        heads=sorted(actions.heads_of(visit.session, ends).items(), key=lambda row: row[1]),
        cases=len(queries.open_cases(visit.session, ends)),
        interests=len(queries.interests(visit.session, ends)),
        sent=[(name, text) for name, texts in visit.form.items() if name != "once" for text in texts],
    )
    return visit.render(page)


def _heads(visit: Visit, codes: Mapping[str, str], asked: Mapping[int, str]) -> dict[str, int]:
    chosen = {code: number_of(visit.sent(f"head-{code}")) for code in codes}
    return {code: person for code, person in chosen.items() if person in asked}


@router.post("/admin/areas/{area_code}/change/made", area_by_administrator)
def make_change(visit: Visit, of: ServiceArea) -> Response:
    """Close, split or merge areas."""
    sent, form = _sent(visit, of)
    if sent is None:
        return _change_page(visit, of, form, status=422)
    wanted, named = sent.wanted(of.code), sent.named()
    heads = _heads(visit, named, actions.heads_of(visit.session, ending(wanted)))
    then = Following(named, heads, interests=visit.sent("interests") == "yes")
    actions.change_areas(visit.session, wanted, sent.reason, then, by=visit.viewer.id)
    return visit.redirect("/admin/areas", "The areas are changed. Past audits keep theirs.")
