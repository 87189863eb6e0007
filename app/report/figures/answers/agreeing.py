"""Finds figures of standards, reasons and facts that disagree (statistics.md, rule 3). Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

Figures = Mapping[str, Any]


def faults(result: Figures) -> Iterator[str]:
    """Yield a sentence for each two figures of these tables that disagree."""
    yield from _standards(result)
    yield from _practice_areas(result)
    yield from _reasons(result)
    yield from _facts(result)


def _equal(what: str, one: int, other_what: str, other: int) -> Iterator[str]:
    if one != other:
        yield f"{what} come to {one}, but {other_what} says {other}."


def _standards(result: Figures) -> Iterator[str]:
    """Compare standards with their parts, and with the cases: in each one is judged or set aside at most once."""
    best = next(iter(result["overall"]))
    for code, of in result.get("standards", {}).items():
        whole = of["overall"]
        if whole["judged"] + whole["set_aside"] > result["cases"]:
            yield f"Standard {code} is judged or set aside in more than the {result['cases']} cases."
        yield from _parts(code, of)
        if "degrees" in of:
            below = whole["judged"] - whole[best]
            yield from _equal(f"The degrees of {code}", sum(of["degrees"].values()), "what is below the best", below)
        for name, x in (of.get("intervals") or {}).get("overall", {}).items():
            yield from _equal(f"The interval of {name} of {code}", x["x"], "the standard", whole[name])


def _parts(code: str, of: Figures) -> Iterator[str]:
    whole = of["overall"]
    for name in ("law_type", "service_area"):
        for key, n in whole.items():
            yield from _equal(f"The {key} of {code} by {name}", sum(t[key] for t in of[name].values()), "the whole", n)
    levels = sum(n for key, n in whole.items() if key not in {"judged", "set_aside"})
    yield from _equal(f"The levels of {code}", levels, "what is judged", whole["judged"])


def _practice_areas(result: Figures) -> Iterator[str]:
    for code, of in result.get("practice_areas", {}).items():
        yield from _parts(code, of)
        theirs = [result["standards"][s]["overall"] for s in of.get("standards", ())]
        if theirs:
            for key, n in of["overall"].items():
                yield from _equal(f"The {key} of the standards of {code}", sum(t[key] for t in theirs), "it", n)


def _reasons(result: Figures) -> Iterator[str]:
    """Compare rules with the cases, and with the grades less the departures."""
    found = result.get("lowest_reasons")
    if not found:
        return
    rules, moved, without = found["rules"].values(), found["departures"], found["without_rule"]
    every = sum(r["cases"] for r in rules) + sum(without.values())
    yield from _equal("The cases of all rules, and those without one,", every, "cases", result["cases"])
    yield from _equal("Departures", sum(moved["from_to"].values()), "their number", moved["cases"])
    left = sum(r["graded_otherwise"] for r in rules)
    yield from _equal("Cases graded otherwise than a rule", left, "departures", moved["cases"])
    for code in (c for c, share in result["overall"].items() if isinstance(share, Mapping)):
        kept = sum(r["cases"] - r["graded_otherwise"] for r in rules if r["grade"] == code)
        came = sum(n for way, n in moved["from_to"].items() if way.endswith(f":{code}"))
        graded = result["overall"][code]["count"]
        yield from _equal(f"Cases graded {code}, by rules", kept + came + without.get(code, 0), "overall", graded)


def _facts(result: Figures) -> Iterator[str]:
    for code, of in result.get("facts", {}).items():
        whole, laws = of["overall"], of["law_type"].values()
        for key in ("asked", "unanswered"):
            yield from _equal(f"The {key} of {code} by law type", sum(t[key] for t in laws), "the whole", whole[key])
        for answer, n in whole["answers"].items():
            parts = sum(t["answers"][answer] for t in laws)
            yield from _equal(f"The {answer} of {code} by law type", parts, "the whole", n)
        if of["kind"] == "single":
            said = sum(whole["answers"].values()) + whole["unanswered"]
            yield from _equal(f"The answers to {code}", said, "cases asked", whole["asked"])
