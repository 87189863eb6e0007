"""What a person decided on the page of a mapping, made a mapping again; every refusal stands beside its field. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.labels import capital
from app.mapping.kinds import CODE, Field, Kind
from app.mapping.profile import EXCLUDE, KEEP_ONE, LATEST, LEAVE_OUT, SEVERAL, Profile
from app.mapping.ways import NUMBERS as NUMBER_WORDS
from app.mapping.ways import ORDERS
from app.sampling.mapping import result
from app.sampling.mapping.columns import code_fault
from app.sampling.mapping.draft import Draft
from app.sampling.mapping.result import Open
from app.sampling.mapping.survey import Survey, Value

LEAVE, NEW, OURS, WAITS = "leave", "new", "ours", ""
# Before a code in a choice, so that no code is taken for another word.
AS = "as:"
# So many values of a field are shown to be changed.
MOST_SHOWN = 200
Sent = Mapping[str, Sequence[str]]


def one(sent: Sent, name: str) -> str:
    """Return a field of a form, empty where it is absent."""
    return (sent.get(name) or [""])[0].strip()


@dataclass
class Decided:
    """What came of a form: the draft as it is now, what is wrong, and by what the file has to be looked at anew."""

    draft: Draft
    errors: dict[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] | None = None
    laid: Mapping[str, Any] | None = None


def decided(sent: Sent, draft: Draft, survey: Survey, opens: Sequence[Open], kind: Kind) -> Decided:
    """Return what a person decided about a draft."""
    found = Decided(draft)
    profile = draft.profile
    values = {name: dict(every) for name, every in profile.values.items()}
    names = dict(draft.new)
    columns = _columns(sent, profile, survey, kind, found.errors)
    for of in kind.fields:
        if of.reads == CODE and columns.get(of.name) == profile.columns.get(of.name):
            _values(sent, of, survey, values, names, found.errors)
    profile = _rules(sent, replace(profile, values=values), kind)
    asked = list(draft.asked)
    for number, about in enumerate(opens):
        profile, answered = _answer(sent, f"d{number}", about, profile, names, kind, found.errors)
        asked = [a for a in asked if not (answered and a.what == about.what and a.field == about.field)]
    used = {code for code in profile.values.get("service_area", {}).values() if code}
    known = kind.field("service_area").codes
    found.draft = Draft(profile, asked, {c: names.get(c, c) for c in used if c not in known})
    found.laid = _laid(sent, survey)
    if columns != dict(profile.columns):
        found.columns = columns
    return found


def _columns(sent: Sent, profile: Profile, survey: Survey, kind: Kind, errors: dict[str, str]) -> Mapping[str, str]:
    """Return the column of each field as it was chosen: each once, and one for whatever a list has to have."""
    chosen: dict[str, str] = {}
    for of in kind.fields:
        name = f"col-{of.name}"
        heading = one(sent, name) if name in sent else profile.columns.get(of.name, "")
        if heading and heading in survey.headings:
            taken = next((other for other, h in chosen.items() if h == heading), None)
            if taken:
                called = kind.field(taken).called
                errors[name] = (
                    f"{of.called} and {called} cannot be the same column, ‘{heading}’. Choose another for one"
                )
            chosen[of.name] = heading
        elif of.absent is None:
            errors[name] = f"Choose the column for {of.called}. {capital(kind.wanted)} cannot be without it"
    return chosen


def _laid(sent: Sent, survey: Survey) -> Mapping[str, Any] | None:
    """Return how the file is laid out where somebody changed it, or None."""
    now = {name: survey.laid[name] for name in ("encoding", "separator", "heading")}
    now["encoding"] = now["encoding"].replace("utf-8-sig", "utf-8")
    said: dict[str, Any] = {
        "encoding": one(sent, "encoding") or now["encoding"],
        "separator": {"tab": "\t"}.get(one(sent, "separator"), one(sent, "separator")) or now["separator"],
        "heading": int(one(sent, "heading")) if one(sent, "heading").isdigit() else now["heading"],
    }
    if said == now:
        return None
    changed = {name: value for name, value in said.items() if value != now[name]}
    return {**{k: v for k, v in survey.laid.items() if k in {"below", "sheet"} and v}, **changed}


def shown_values(survey: Survey, name: str) -> list[tuple[str, Value]]:
    """Return the values of a field that are shown to be changed, by key."""
    return list((survey.values.get(name) or {}).items())[:MOST_SHOWN]


def _values(
    sent: Sent,
    of: Field,
    survey: Survey,
    values: dict[str, dict[str, str | None]],
    names: dict[str, str],
    errors: dict[str, str],
) -> None:
    for number, (key, value) in enumerate(shown_values(survey, of.name)):
        name = f"v-{of.name}-{number}"
        if name not in sent:
            continue
        choice, mine = one(sent, name), values.setdefault(of.name, {})
        if choice == LEAVE:
            mine[key] = None
        elif choice == NEW and of.new:
            _new(sent, f"c-{of.name}-{number}", of, key, value.shown, mine, names, errors)
        elif choice.startswith(AS) and of.allows(choice.removeprefix(AS)):
            mine[key] = choice.removeprefix(AS)


def _new(
    sent: Sent,
    name: str,
    of: Field,
    key: str,
    shown: str,
    mine: dict[str, str | None],
    names: dict[str, str],
    errors: dict[str, str],
) -> None:
    """Give a value a code of its own, which nothing else has."""
    code = one(sent, name)
    wrong = code_fault(code)
    if wrong:
        errors[name] = f"{wrong} for ‘{shown}’"
    elif code in of.codes:
        errors[name] = (
            f"The code {code} is taken by {of.label(code)}. Choose another for ‘{shown}’, or say that it is that"
        )
    elif any(other == code and k != key and code in names for k, other in mine.items()) and names[code] != shown:
        errors[name] = f"The code {code} is given to ‘{names[code]}’ too. Choose another for ‘{shown}’"
    else:
        mine[key], names[code] = code, shown


def _rules(sent: Sent, profile: Profile, kind: Kind) -> Profile:
    """Return a mapping with the rules and the way of dates as they were chosen."""
    several = dict(profile.several)
    for name in kind.several:
        rule = one(sent, f"several-{name}")
        several[name] = rule if rule in SEVERAL else several.get(name, kind.several[name])
    order = one(sent, "dates")
    outside = one(sent, "outside")
    return replace(
        profile,
        several=several,
        dates=order if order in ORDERS else profile.dates,
        outside_window=outside if outside in {EXCLUDE, "reject"} else profile.outside_window,
    )


def _answer(
    sent: Sent,
    name: str,
    about: Open,
    profile: Profile,
    names: dict[str, str],
    kind: Kind,
    errors: dict[str, str],
) -> tuple[Profile, bool]:
    """Return a mapping with one thing decided, and whether it is."""
    choice = one(sent, name)
    if not choice:
        return profile, False
    if about.what == result.VALUE:
        return _value(sent, name, about, profile, names, kind.field(about.field), errors)
    allowed, changed = _RULES.get(about.what, ((), _unchanged))
    return (changed(profile, about.field, choice), True) if choice in allowed else (profile, False)


def _unchanged(profile: Profile, _field: str, _choice: str) -> Profile:
    return profile


# What each other thing can become, and the mapping with it.
_RULES: Mapping[str, tuple[Sequence[str], Callable[[Profile, str, str], Profile]]] = {
    result.ORDER: (ORDERS, lambda of, _, choice: replace(of, dates=choice)),
    result.NUMBERS: (NUMBER_WORDS, lambda of, _, choice: replace(of, numbers=choice)),
    result.SEVERAL: ((LATEST, LEAVE_OUT), lambda of, name, choice: replace(of, several={**of.several, name: choice})),
    result.TIE: ((LEAVE_OUT,), lambda of, name, choice: replace(of, ties={**of.ties, name: choice})),
    result.TWICE: ((KEEP_ONE,), lambda of, _, choice: replace(of, repeated=choice)),
    result.OUTSIDE: ((EXCLUDE,), lambda of, _, choice: replace(of, outside_window=choice)),
}


def _value(
    sent: Sent,
    name: str,
    about: Open,
    profile: Profile,
    names: dict[str, str],
    of: Field,
    errors: dict[str, str],
) -> tuple[Profile, bool]:
    mine: dict[str, str | None] = dict(profile.values.get(of.name, {}))
    choice, code = one(sent, name), one(sent, f"{name}-as")
    if choice == LEAVE:
        mine[about.key] = None
    elif choice == NEW and of.new:
        _new(sent, f"{name}-code", of, about.key, about.shown, mine, names, errors)
    elif choice == OURS and of.allows(code) and code:
        mine[about.key] = code
    elif choice == "blank" and of.blank:
        mine[about.key] = of.blank
    elif choice == OURS:
        errors[f"{name}-as"] = f"Choose which {of.noun} ‘{about.shown}’ is"
    return replace(profile, values={**profile.values, of.name: mine}), about.key in mine
