"""The sentences about what benchmarking and challenges did to the grades. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.labels import bears_verdict, capital, listed, noun, number, out_of, plural, some
from app.report.enums import Stage
from app.report.figures.all_figures import Basis
from app.report.figures.moderation import FEW
from app.report.figures.statistics import in_percent
from app.report.findings.known import Agreed, Known, agreed, rate_limits, told, whole
from app.report.narrative.cautions import open_only
from app.report.narrative.graded import WERE

Figures = Mapping[str, Any]
# At these stages of the grades nothing is known of challenges, which is not the same as that there were none.
BEFORE_CHALLENGES = (Stage.FIRST, Stage.BENCHMARKED)


def moderation(basis: Basis, figures: Figures) -> list[str]:
    """Return what became of the grades that were returned and challenged."""
    c = figures["challenge"]
    lowest, label = basis.scale[-1]
    needed = c["referral_needed"]
    action = f"{capital(some(needed, 'case'))} needed further action for the children."
    if not c["returned_to_area"]:
        none = f"No case was graded {label}, so none went back to its area."
        return open_only([none, *([action] if needed else [])])
    whose = noun(c["returned_to_area"], "its", "their")
    back = (
        f"{plural(c['returned_to_area'], 'case')} first graded {label} went back to {whose} area for immediate review."
    )
    stage = figures.get("as_at", Stage.FINAL)
    challenged = [] if stage in BEFORE_CHALLENGES else _challenged(basis, c)
    first, when = c[f"first_{lowest}"], "finally" if stage == Stage.FINAL else "at this stage"
    finally_ = "none" if c[f"final_{lowest}"] == 0 else number(c[f"final_{lowest}"])
    so = f"So {some(first, 'case')} {noun(first or 1, 'was', 'were')} first graded {label}, and {finally_} {when}."
    return open_only([back, *challenged, action, *_answered(figures.get("moderation")), so, *_read_twice(figures)])


def _read_twice(figures: Figures) -> Iterator[str]:
    """Yield in how many standards the words themselves were found to be unclear; frozen figures may not know."""
    count = figures.get("wording", {}).get("read_twice", 0)
    if count:
        yield f"The wording of {plural(count, 'standard')} was read in two ways."


def discussed(figures: Figures) -> Iterator[str]:
    """Yield how many cases were discussed with their practitioner, where the figures know of any."""
    found = figures.get("supervision")
    if found:
        cases = capital(out_of(found["discussed"], found["cases"], "case"))
        yield f"{cases} had been discussed with the practitioner when these figures were made."


def _answered(m: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is known of reviews, answers and decisions.

    Figures that were frozen before there were any have none.
    """
    if m is None:
        return
    late, missing, silent = m["reviewed"]["late"], m["reviewed"]["not_done"], m["answers"]["not_answered"]
    if late or missing:
        parts = [f"{plural(late, 'immediate review')} {noun(late, 'was', 'were')} late"] if late else []
        whose = number(missing) if late else plural(missing, "immediate review")
        yield f"{listed([*parts, *([f'{whose} {noun(missing, *WERE)} not done'] if missing else [])])}."
    if silent:
        yield f"{plural(silent, 'case')} {noun(silent, *WERE)} not answered in time, so the grade stands."
    if m["decided"]["decided"]:
        yield from _decided(m["decided"])
    days = m["median_working_days"]
    if days is not None:
        within = f"within {_days(days)}" if days else "on the day of the challenge"
        if m["decided"]["decided"] == 1:
            yield f"The decision on the challenge came {within}."
            return
        yield f"Half of the decisions on challenges came {within}."


def _days(days: float) -> str:
    return plural(int(days), "working day") if days == int(days) else f"{days} working days"


def _decided(rate: Mapping[str, Any]) -> Iterator[str]:
    """Yield how many decided challenges changed the grade: a percentage and an interval only of enough of them."""
    of, changed, sure = rate["decided"], rate["overturned"], ""
    if bears_verdict(of):
        limits = told(rate_limits(rate), lambda at: f"{at[0]:g}% to {at[1]:g}%")
        sure = f" ({told(whole(rate['percent']), '{}%'.format)}, 95% interval {limits})"
    if of == 1:
        yield f"The one challenge that was decided {'changed the grade' if changed else 'left the grade as it was'}."
    else:
        yield f"{capital(out_of(changed, of, 'decided challenge'))} changed the grade{sure if changed else ''}."
    if isinstance(of, int) and 1 < of < FEW:
        yield "With so few challenges, differences between areas or law types may well be chance."


def _challenged(basis: Basis, c: Mapping[str, Any]) -> Iterator[str]:
    lowest, label = basis.scale[-1]
    tried = c["challenged"]
    if not tried:
        yield "None was challenged."
        return
    outcomes = [(c[f"agreed_{lowest}"]["count"], f"stayed {label}")]
    for code, name in basis.scale:
        if f"regraded_to_{code}" in c:
            count = c[f"regraded_to_{code}"]["count"]
            outcomes.append((count, f"{noun(count, *WERE)} re-graded to {name}"))
    parts = [f"{_whichever(count, tried)} {became}" for count, became in outcomes if count]
    yield f"{number(tried)} {noun(tried, *WERE)} challenged{': ' if parts else ''}{listed(parts) if parts else ''}."
    if c["adjudicated"]:
        yield f"{number(c['adjudicated'])} went to the national service director; {_adjudicated(basis, c)}."


def _whichever(count: object, of: object) -> str:
    """Return a part of what was just counted: 3, it where there is but one, both, all."""
    if count != of:
        return number(count)
    return "it" if of == 1 else "both" if of == 2 else "all"  # noqa: PLR2004 - two are both


def _adjudicated(basis: Basis, c: Mapping[str, Any]) -> str:
    changed = [(c.get(f"adjudicated_regraded_to_{code}"), name) for code, name in basis.scale]
    regraded = [f"{number(n)} {noun(n, *WERE)} re-graded to {name}" for n, name in changed if n is not None]
    where = "" if c["adjudicated"] == 1 else f"in {number(c['adjudicated_unchanged'])} "
    unchanged = f"{where}the grade was left unchanged"
    return listed([*([unchanged] if c["adjudicated_unchanged"] else []), *regraded])


def agreement(figures: Figures) -> list[str]:
    """Return how often benchmarks agreed with the auditors' own grades, and how often guessing would."""
    names = {"lead_vs_first": "The audit lead’s", "independent_vs_first": "An independent"}
    said = []
    for key, whose in names.items():
        of = agreed(figures, key)
        if of is None:
            continue
        agreeing = of.agreeing.value if isinstance(of.agreeing, Known) else str(of.agreeing)
        cases = out_of(agreeing, of.cases, "case")
        said.append(f"{whose} benchmark is the auditor’s own grade in {cases}{_how_often(of)}.")
    return open_only(said)


def _how_often(of: Agreed) -> str:
    """Return the percentage of agreement, its interval, and how often guessing would agree; nothing of few cases."""
    if not bears_verdict(of.cases) or not isinstance(of.limits, Known) or not isinstance(of.percent, Known):
        return ""
    low, high = (in_percent(limit) for limit in of.limits.value)
    guessed = told(of.guessing, lambda share: f"{in_percent(share)}%")
    guessing = f"two people guessing with these shares would agree on {guessed}"
    return f" ({of.percent.value}%, 95% interval {low}% to {high}%); {guessing}"
