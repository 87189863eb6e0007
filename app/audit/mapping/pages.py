"""The page of a mapping: what is to decide, what was recognised, and what comes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.audit.mapping.rules import AS, LEAVE, NEW, OURS, shown_values
from app.clock import day as in_words
from app.labels import plural
from app.mapping.kinds import CODE, IDENTIFIER, Field, Kind
from app.mapping.profile import ENCODINGS, EXCLUDE, KEEP_ONE, LATEST, LEAVE_OUT, REFUSE, REJECT, SEPARATORS
from app.mapping.ways import DAY_FIRST, MONTH_FIRST, ORDERS, YEAR_FIRST, Way, Written, meanings, without_time, written
from app.sampling.mapping import result
from app.sampling.mapping.balance import Line, Part
from app.sampling.mapping.draft import Draft
from app.sampling.mapping.result import Mapped, Open
from app.sampling.mapping.survey import Survey
from app.sampling.reading import FrameReading
from app.web.pages import Filled, Page

ORDER_WORDS = {DAY_FIRST: "Day first", MONTH_FIRST: "Month first", YEAR_FIRST: "Year first"}
_SEVERAL_WORDS = {"service_area": "areas", "performance_band": "bands", "employment": "kinds of employment"}
_RULES = {LATEST: "The one of the latest filing counts", REFUSE: "Ask", LEAVE_OUT: "Leave the practitioner out"}
_OUTSIDE = ((EXCLUDE, "Leave them out and count them"), (REJECT, "Refuse the file"))
PEOPLE_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be decided: its value, its words, and the codes to choose from or the code to give."""

    value: str
    text: str
    hint: str = ""
    codes: Sequence[tuple[str, str]] = ()
    code: str = ""
    asks_code: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide, with what would decide it; `column` where it is a column that is missing."""

    name: str
    legend: str
    lead: str
    choices: Sequence[Choice]
    people: Sequence[str] = ()
    more_people: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value of a column, what it becomes now, and what it can become."""

    name: str
    shown: str
    count: str
    options: Sequence[tuple[str, str]]
    now: str
    code_name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field: its column, what its values become in short, and each of them to be changed."""

    name: str
    called: str
    column: str
    columns: Sequence[tuple[str, str]]
    said: str
    pairs: Sequence[tuple[str, str]] = ()
    tag: str = ""
    values: Sequence[ValueLine] = ()
    orders: Sequence[tuple[str, str]] = ()
    order: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule: its choices, the one that holds, and whom it is about in this file."""

    name: str
    called: str
    said: str
    quiet: str
    options: Sequence[tuple[str, str]]
    now: str


@dataclass(frozen=True, kw_only=True)
class MapPage(Page):
    """What an export means: first what a person has to decide, then what was recognised."""

    template: ClassVar[str] = "audit/mapping/map.html"
    # What the file is for, the address of its pages, and where it was sent.
    of: str
    here: str
    sent_at: str
    sent_on: str
    # What leads on.
    check: str
    form: Filled
    lead: str
    # What is wrong with the file that no decision mends.
    wrong: Sequence[str]
    decisions: Sequence[Decision]
    more_to_decide: int
    fields: Sequence[FieldLine]
    rules: Sequence[RuleLine]
    layout: str
    layout_quiet: str
    encodings: Sequence[tuple[str, str]]
    separators: Sequence[tuple[str, str]]
    laid: Mapping[str, object]
    unused: Sequence[str]
    balance: Sequence[Line]
    bar: Sequence[Part]
    bar_label: str
    people: str
    western: Sequence[tuple[str, int]]
    seen: str


def decisions(mapped: Mapped, survey: Survey, kind: Kind) -> list[Decision]:
    """Return what a person has to decide, each with its choices."""
    heading = int(str(mapped.laid.get("heading") or survey.laid["heading"]))
    return [_decision(f"d{n}", about, survey, kind, heading) for n, about in enumerate(mapped.opens)]


def _decision(name: str, about: Open, survey: Survey, kind: Kind, heading: int) -> Decision:
    of = kind.field(about.field)
    people = (about.named[:PEOPLE_SHOWN], max(0, about.people - PEOPLE_SHOWN)) if about.people > 1 else ((), 0)
    match about.what:
        case result.VALUE:
            return Decision(name, *_about_value(about, of, survey, heading), _of_value(about, of), *people)
        case result.ORDER:
            said = f"{about.why} It is the same for all {about.rows:,} rows."
            return Decision(name, f"How does ‘{survey.columns[of.name]}’ write its dates?", said, _orders(about.shown))
        case result.NUMBERS:
            found = [Choice(w, f"{in_words(d)}{_counted(w)}") for w, d in meanings(about.shown).items()]
            legend = f"What does a number such as {about.shown} mean as a date?"
            return Decision(name, legend, f"It stands so in {plural(about.rows, 'row')}. Nothing is guessed.", found)
        case result.COLUMN:
            legend = f"Which column is {of.called.lower()}?"
            return Decision(name, legend, about.why, (), column=of.name)
    return Decision(name, *_about_rule(about, of), *people)


def _about_value(about: Open, of: Field, survey: Survey, heading: int) -> tuple[str, str]:
    lines = ", ".join(f"{n + heading:,}" for n in about.lines)
    example = "" if about.rows > 1 or not about.case else f", case {about.case}"
    where = (
        f"line {lines}"
        if about.rows == 1
        else f"for example lines {lines}"
        if about.rows > len(about.lines)
        else f"lines {lines}"
    )
    stands = f"{plural(about.rows, 'row')} of {survey.rows:,}: {where}{example}."
    if not about.shown:
        whose = (
            f"{plural(about.people, 'practitioner')} {'has' if about.people == 1 else 'have'}"
            if about.people
            else "Some rows have"
        )
        return f"{whose} no {of.noun}", f"It is blank in {stands}"
    if of.reads != CODE:
        return f"‘{about.shown}’ cannot be a {of.noun}", f"{about.why} It stands in {stands}"
    return f"‘{about.shown}’ is a {of.noun} that is not known here", f"{about.why} It stands in {stands}".strip()


def _of_value(about: Open, of: Field) -> list[Choice]:
    found: list[Choice] = []
    if not about.shown and of.blank:
        hint = "They are drawn like everybody else, and balanced as a group."
        found.append(Choice("blank", "Keep them as a band of their own, “No band”", hint))
    if of.codes and not (of.blank and not about.shown):
        found.append(Choice(OURS, "It is one of ours", codes=list(of.codes.items())))
    if of.new and about.shown:
        found.append(Choice(NEW, f"It is a new {of.noun}", "It is added when you keep the list.", asks_code=True))
    left = "It is not part of this audit. The receipt counts it as left out."
    if not about.shown and of.blank:
        left = "Nothing can then be said about their work. The receipt counts them as left out."
    return [*found, Choice(LEAVE, "Leave these rows out" if about.rows > 1 else "Leave this row out", left)]


def _orders(example: str) -> list[Choice]:
    readings = {order: Way(order, short_years=True).read(without_time(example)[0]) for order in ORDERS}
    return [
        Choice(order, f"{ORDER_WORDS[order]}: {example} is {in_words(day)}") for order, day in readings.items() if day
    ]


def _counted(word: str) -> str:
    return {"1900": ", counted from 1900, as Excel does", "1904": ", counted from 1904, as old Macintosh files do"}.get(
        word, ", its year, month and day without hyphens"
    )


def _about_rule(about: Open, of: Field) -> tuple[str, str, list[Choice]]:
    several = _SEVERAL_WORDS.get(of.name, "")
    who = plural(about.people, "practitioner")
    rows = f"They have {plural(about.rows, 'row')}."
    leave = Choice(LEAVE_OUT, "Leave them out", "They cannot be drawn. The receipt says how many rows were left out.")
    if about.what == result.SEVERAL:
        hint = "It counts in all their rows. Nobody’s chance changes; where they are counted does."
        return (
            f"{who} with several {several}",
            rows,
            [Choice(LATEST, "The one of the latest filing counts", hint), leave],
        )
    if about.what == result.TIE:
        return f"{who} with two {several} on the day of the latest filing", rows, [leave]
    if about.what == result.TWICE:
        return (
            "The same filing is there more than once",
            f"{plural(about.rows, 'row')} more than once.",
            [Choice(KEEP_ONE, "Keep one of each")],
        )
    return "Some rows are outside the window", f"{plural(about.rows, 'row')}.", [Choice(EXCLUDE, "Leave them out")]


def field_lines(survey: Survey, draft: Draft, kind: Kind) -> Iterator[FieldLine]:
    """Yield a line for each field."""
    columns = [("", "(no column)"), *((heading, heading) for heading in survey.headings if heading)]
    for of in kind.fields:
        column = draft.profile.columns.get(of.name, "")
        if column and of.reads != IDENTIFIER:
            line = _codes_line if of.reads == CODE else _days_line
            yield line(of, column, columns, survey, draft)
        else:
            said = _identifiers(of, survey) if column else _without(of, draft)
            yield FieldLine(of.name, of.called, column, columns, said)


def _identifiers(of: Field, survey: Survey) -> str:
    first, many = survey.first.get(of.name, ""), survey.different.get(of.name, 0)
    return f"{first}: {many:,} different in {survey.rows:,} rows"


def _without(of: Field, draft: Draft) -> str:
    absent = draft.profile.absent.get(of.name)
    return "No column" if absent is None else f"No column: {_label(of, absent)} in every row"


def _label(of: Field, code: str) -> str:
    return "No band" if of.blank == code else of.label(code)


def _codes_line(of: Field, column: str, columns: Sequence[tuple[str, str]], survey: Survey, draft: Draft) -> FieldLine:
    codes = draft.profile.values.get(of.name, {})
    pairs: list[tuple[str, str]] = []
    same: list[tuple[str, str]] = []
    lines: list[ValueLine] = []
    for number, (key, value) in enumerate(shown_values(survey, of.name)):
        now = codes.get(key, "") if key in codes else ""
        shown = value.shown or "(blank)"
        if key in codes and now is None:
            pairs.append((shown, "left out"))
        elif key in codes and now and now not in draft.new:
            label = _label(of, now)
            (same if label.casefold() == value.shown.casefold() else pairs).append((shown, label))
        lines.append(_value_line(of, number, key, survey, draft))
    new = [code for code in draft.new if code in codes.values()] if of.name == "service_area" else []
    said = f"{', '.join(shown for shown, _ in same)}: as they are" if same else ""
    if new:
        said = f"{said + '. ' if said else ''}They are added when you keep the list: {', '.join(new)}."
    tag = f"{len(new)} new" if new else ""
    return FieldLine(of.name, of.called, column, columns, said, pairs, tag, lines)


def _value_line(of: Field, number: int, key: str, survey: Survey, draft: Draft) -> ValueLine:
    value = (survey.values.get(of.name) or {})[key]
    codes = draft.profile.values.get(of.name, {})
    code = codes.get(key)
    is_new = of.new and code is not None and code not in of.codes
    options = [("", "to decide")] if key not in codes else []
    if of.new:
        options.append((NEW, "is a new area" if of.name == "service_area" else f"is a new {of.noun}"))
    options += [(AS + c, label if not of.new else f"is {label}") for c, label in of.codes.items()]
    if of.name == "service_area":
        options += [(AS + c, f"is {name} ({c}), new too") for c, name in draft.new.items() if c != code]
    if of.blank:
        options.append((AS + of.blank, "No band"))
    options.append((LEAVE, "is left out"))
    now = "" if key not in codes else LEAVE if code is None else NEW if is_new else AS + code
    count = plural(value.rows, "row")
    if value.people is not None:
        count += f", {plural(value.people, 'practitioner')}"
    names = (f"c-{of.name}-{number}", (code or "") if is_new else "") if of.new else ("", "")
    return ValueLine(f"v-{of.name}-{number}", value.shown or "(blank)", count, options, now, *names)


def _days_line(of: Field, column: str, columns: Sequence[tuple[str, str]], survey: Survey, draft: Draft) -> FieldLine:
    order, found = draft.profile.dates, written(survey.days)
    said = f"{ORDER_WORDS[order]}, such as {next((text for text in survey.days if text), '')}. {_fits(found, order)}."
    if survey.timed:
        said += " The time of day is left out."
    if draft.profile.short_years:
        said += f" A year of two digits is of this century, such as {found.short_example}."
    return FieldLine(of.name, of.called, column, columns, said, orders=list(ORDER_WORDS.items()), order=order)


def _fits(found: Written, order: str) -> str:
    """Return how many rows fit an order of dates, and how many another would."""
    fit, rows = found.fits.get(order, 0), found.rows
    fits = f"All {fit:,} rows fit" if fit == rows else f"{fit:,} of {rows:,} rows fit"
    others = ((ORDER_WORDS[other].lower(), n) for other, n in found.fits.items() if other != order and 0 < n < rows)
    return "; ".join([fits, *(f"{words}, only {n:,} would" for words, n in others)][:2])


def rule_lines(reading: FrameReading, mapped: Mapped, draft: Draft, kind: Kind) -> Iterator[RuleLine]:
    """Yield a line for each rule, with the count that it has in this file."""
    first, last = reading.allowed.window
    outside = mapped.left_out.get(result.OUTSIDE, 0) + mapped.waiting.get(result.OUTSIDE, 0)
    said = "Left out and counted" if draft.profile.outside_window == EXCLUDE else "Refused"
    quiet = f"({in_words(first)} to {in_words(last)}): {plural(outside, 'row') if outside else 'no row'}"
    yield RuleLine("outside", "Outside the window", said, quiet, _OUTSIDE, draft.profile.outside_window)
    for name in kind.several:
        rule = draft.profile.several.get(name, kind.several[name])
        n = mapped.changed.get(name, 0) + mapped.left_out.get(f"several:{name}", 0)
        n += sum(mapped.waiting.get(f"{what}:{name}", 0) for what in (result.SEVERAL, result.TIE))
        quiet = f"({plural(n, 'row')})" if n else "(nobody in this file)"
        called = f"Several {_SEVERAL_WORDS[name]} for one practitioner"
        yield RuleLine(f"several-{name}", called, _RULES[rule], quiet, list(_RULES.items()), rule)


def layout_in_words(survey: Survey) -> tuple[str, str]:
    """Return how the file is laid out, and which lines of it are no data."""
    laid = survey.laid
    parts = [f"Headings in line {laid['heading']:,}"]
    if laid["separator"]:
        parts.append(SEPARATORS.get(laid["separator"], f"“{laid['separator']}” between cells"))
        parts.append(ENCODINGS.get(laid["encoding"], laid["encoding"]))
    else:
        parts.append("spreadsheet")
    quiet = ["Its first line says what separates its cells, and is no data."] if laid["told"] else []
    if laid["below"]:
        quiet.append(
            f"{plural(laid['below'], 'line')} below them {'is' if laid['below'] == 1 else 'are'} headings too."
        )
    if survey.notes:
        quiet.append(f"No data: {'; '.join(survey.notes[:3])}.")
    return ", ".join(parts) + ".", " ".join(quiet)


def layout(survey: Survey) -> dict[str, Any]:
    """Return what the page of a mapping shows of how the file is laid out."""
    said, quiet = layout_in_words(survey)
    text = bool(survey.laid["separator"])
    return {
        "layout": said,
        "layout_quiet": quiet,
        "encodings": [(k, v) for k, v in ENCODINGS.items() if k != "utf-8-sig"] if text else [],
        "separators": [("tab" if k == "\t" else k, v) for k, v in SEPARATORS.items()] if text else [],
        "laid": {
            **survey.laid,
            "encoding": survey.laid["encoding"].replace("utf-8-sig", "utf-8"),
            "separator": survey.laid["separator"].replace("\t", "tab"),
        },
    }


_NUMBERS = ("", "One thing is", "Two things are", "Three things are", "Four things are", "Five things are")


def lead(to_decide: int, file_name: str) -> str:
    """Return how much there is to decide."""
    if not to_decide:
        return f"Everything in {file_name} was recognised. You can change it."
    many = _NUMBERS[to_decide] if to_decide < len(_NUMBERS) else f"{to_decide:,} things are"
    return f"{many} yours to decide in {file_name}; the rest was recognised, and you can change it."
