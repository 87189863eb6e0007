"""The commands of areas and regions: `area` and `region` with their verbs."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict

from app.accounts import actions as people
from app.audit.areas import actions, queries
from app.audit.areas.actions import Following
from app.audit.areas.reading import EXPECTED, LARGEST, areas_in
from app.audit.areas.rules import How, Wanted
from app.audit.bars.queries import everybody
from app.commands.arguments import Refused
from app.commands.console import open_file, say
from app.commands.installation import opened
from app.labels import plural
from app.people.models import ServiceArea
from app.settings import Settings
from app.tables.opening import open_table


def _told(of: ServiceArea, heads: list[str]) -> dict[str, object]:
    days = {"opened": of.opened_on, "closed": of.closed_on}
    return {
        "code": of.code,
        "name": of.name,
        "region": of.region or "",
        "heads": heads,
        **{name: f"{day:%Y-%m-%d}" for name, day in days.items() if day},
        **({"successor": of.successor} if of.successor else {}),
    }


def run_list_areas(options: argparse.Namespace, settings: Settings) -> None:
    """List every area there is, will be or was."""
    with opened(settings) as database, database.reading() as session:
        here = everybody(session)
        found = [_told(of, [p.name for p in here.heads_of(of.code)]) for of in queries.areas(session)]
    lines = [
        "\t".join(
            [
                str(of["code"]),
                str(of["name"]),
                str(of["region"]),
                ", ".join(of["heads"]) if isinstance(of["heads"], list) else "",
                " ".join(f"{word} {of[word]}" for word in ("opened", "closed", "successor") if word in of),
            ]
        ).rstrip()
        for of in found
    ]
    print(json.dumps(found, ensure_ascii=False) if options.json else "\n".join(lines))


def run_add_area(options: argparse.Namespace, settings: Settings) -> None:
    """Add a service area."""
    with opened(settings) as database, database.writing() as session:
        wanted = actions.NewArea(options.code, options.name, options.region)
        (made,) = actions.add_areas(session, [wanted], by=None)
        say(options, f"{made.code} is an area now.", {"code": made.code, "name": made.name, "region": options.region})


def run_import_areas(options: argparse.Namespace, settings: Settings) -> None:
    """Add the areas of a list, all or none."""
    with opened(settings) as database, database.writing() as session, open_file(options.file) as file:
        table = open_table(file, EXPECTED, largest=LARGEST)
        found, problems = areas_in(table, queries.areas(session), queries.regions(session))
        if problems.total:
            lines = [f"row {p.row or '-'}, {p.column or '-'}: {p.wrong} Allowed: {p.allowed}." for p in problems.kept]
            raise Refused(*lines, f"{plural(problems.total, 'problem')}. Nothing was stored.")
        taken = actions.take_list(session, found, by=None)
        say(options, taken.words, asdict(taken))


def run_change_area(options: argparse.Namespace, settings: Settings) -> None:
    """Give an area another name, or move it to another region; an empty region takes it out of its region."""
    with opened(settings) as database, database.writing() as session:
        of = queries.area(session, options.code)
        name = of.name if options.name is None else options.name
        region = (of.region or "") if options.region is None else options.region
        changed = actions.change_area(session, of, name, region, by=None)
        say(
            options,
            f"{of.code} is changed." if changed else "Nothing was changed.",
            {"code": of.code, "changed": changed},
        )


def _named(given: list[str]) -> dict[str, str]:
    """Return areas given as CODE or CODE=NAME."""
    parts = [text.partition("=") for text in given]
    return {code.strip(): name.strip() for code, _, name in parts}


def _change(options: argparse.Namespace, settings: Settings, how: How, named: Mapping[str, str]) -> None:
    new, heads = tuple(named), _named(options.head)
    successor = options.successor or (new[0] if len(new) == 1 else "")
    wanted = Wanted(how, options.day, tuple(options.old), new, successor)
    with opened(settings) as database, database.writing() as session:
        found = {}
        for code, address in heads.items():
            person = people.find_person(session, address)
            if person is None or code not in new:
                raise Refused(f"--head {code}={address}: give one of the new areas, and the address of a person.")
            found[code] = person.id
        then = Following(named, found, interests=not options.no_interests)
        actions.change_areas(session, wanted, options.reason, then, by=None)
        said = {"old": list(wanted.old), "new": list(new), "day": f"{wanted.day:%Y-%m-%d}", "successor": successor}
        say(options, "The areas are changed. Past audits keep theirs.", said)


def run_close_area(options: argparse.Namespace, settings: Settings) -> None:
    """Close an area from a day on."""
    _change(options, settings, How.CLOSE, {})


def run_split_area(options: argparse.Namespace, settings: Settings) -> None:
    """Split an area into new ones from a day on."""
    _change(options, settings, How.SPLIT, _named(options.into))


def run_merge_areas(options: argparse.Namespace, settings: Settings) -> None:
    """Merge areas into one from a day on, or give one another code."""
    _change(options, settings, How.MERGE, _named(options.into))


def run_list_regions(options: argparse.Namespace, settings: Settings) -> None:
    """List the regions."""
    with opened(settings) as database, database.reading() as session:
        found = [{"code": of.code, "name": of.name} for of in queries.regions(session)]
    print(
        json.dumps(found, ensure_ascii=False) if options.json else "\n".join(f"{o['code']}\t{o['name']}" for o in found)
    )


def run_add_region(options: argparse.Namespace, settings: Settings) -> None:
    """Add a region."""
    with opened(settings) as database, database.writing() as session:
        made = actions.add_region(session, options.code, options.name, by=None)
        say(options, f"{made.name} is a region now.", {"code": made.code, "name": made.name})


def run_rename_region(options: argparse.Namespace, settings: Settings) -> None:
    """Give a region another name."""
    with opened(settings) as database, database.writing() as session:
        of = queries.region(session, options.code)
        actions.rename_region(session, of, options.name, by=None)
        say(options, f"The region is called {options.name} now.", {"code": of.code, "name": options.name})
