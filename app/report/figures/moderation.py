"""The figures of moderation, from what became of each returned grade; the same for the report and its file. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from app.report.figures.statistics import in_percent, percent, wilson

REVIEWS = ("in_time", "late", "not_done", "not_known")
ANSWERS = ("accepted", "challenged", "withdrawn", "not_answered", "waiting", "not_known")
# With fewer decisions than this a rate says little about whoever it is a rate of.
FEW = 30


@dataclass(frozen=True, slots=True)
class Moderated:
    """What became of one returned grade; `overturned` is None until its challenge is decided."""

    area: str
    law_type: str
    employment: str
    auditor: str
    review: str
    action: str
    answer: str
    escalated: bool = False
    adjudicated: bool = False
    overturned: bool | None = None
    # Working days from the challenge to the decision on it.
    days: int | None = None


def _actions(returned: Sequence[Moderated]) -> dict[str, int]:
    done = sum(m.action == "done" for m in returned)
    return {"needed": done + sum(m.action == "needed" for m in returned), "done": done}


def moderation_figures(returned: Sequence[Moderated], stages: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the figures of moderation; `stages` has the count of each grade at each stage."""
    reviews, answers = Counter(m.review for m in returned), Counter(m.answer for m in returned)
    decided = [m for m in returned if m.overturned is not None]
    days = [m.days for m in returned if m.days is not None]
    return {
        "returned": len(returned),
        "reviewed": {name: reviews[name] for name in REVIEWS},
        "answers": {name: answers[name] for name in ANSWERS},
        "further_action": _actions(returned),
        "decided": _rate(decided),
        "regraded": sum(m.overturned or False for m in decided),
        "unchanged": sum(not m.overturned for m in decided),
        "escalated": sum(m.escalated for m in returned),
        "adjudicated": sum(m.adjudicated for m in returned),
        "median_working_days": median(days) if days else None,
        "overturned": {name: _rates(decided, key) for name, key in _GROUPS.items()},
        "bridge": stages,
    }


_GROUPS: Mapping[str, Callable[[Moderated], str]] = {
    "area": lambda m: m.area,
    "law_type": lambda m: m.law_type,
    "employment": lambda m: m.employment,
    "auditor": lambda m: m.auditor,
}


def _rate(decided: Sequence[Moderated]) -> dict[str, Any]:
    """Return how many decided challenges changed the grade, as a whole percentage with its interval."""
    overturned = sum(m.overturned or False for m in decided)
    interval = wilson(overturned, len(decided))
    return {
        "decided": len(decided),
        "overturned": overturned,
        "percent": percent(overturned, len(decided)),
        "interval": [in_percent(limit) for limit in interval] if interval else None,
    }


def _rates(decided: Sequence[Moderated], key: Callable[[Moderated], str]) -> dict[str, dict[str, Any]]:
    return {name: _rate([m for m in decided if key(m) == name]) for name in sorted({key(m) for m in decided})}


def faults(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each two figures that disagree."""
    for name in ("reviewed", "answers"):
        parts = sum(result[name].values())
        if parts != result["returned"]:
            yield f"Moderation: its {name} come to {parts}, but cases returned says {result['returned']}."
