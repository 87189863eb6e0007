"""The sentences of a report, made from its figures: no number in them is typed (statistics.md)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from app.labels import listed, plural
from app.report.enums import Stage
from app.report.figures.all_figures import Basis
from app.report.figures.moderation import FEW
from app.report.figures.statistics import in_percent
from app.report.narrative import cautions
from app.report.narrative.cautions import number, open_only, printed, target_of

Figures = Mapping[str, Any]
# At these stages of the grades nothing is known of challenges, which is not the same as that there were none.
BEFORE_CHALLENGES = (Stage.FIRST, Stage.BENCHMARKED)


def _of(share: Mapping[str, Any], total: int, one: str = "", *, target: int | None = None) -> str:
    """Return 3 of 4 (75%), or 3 of 4 cases (75%) where `one` is given; no percentage of too small a base."""
    counts = f"{number(share['count'])} of {_cases(total, one) if one else number(total)}"
    return counts if share["percent"] == cautions.TOO_FEW else f"{counts} ({printed(share, total, target)})"


def _level(basis: Basis, table: Mapping[str, Any], code: str) -> str:
    """Return how many of a table's cases have a grade, with the percentage exactly as the table prints it."""
    return _of(table[code], table["total"], target=target_of(basis, code))


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _they(count: int, *, one: str, many: str) -> str:
    """Return a count with its verb: 1 records, 2 record."""
    return f"{number(count)} {one if count == 1 else many}"


def _cases(count: int, one: str = "case") -> str:
    return plural(count, one) if isinstance(count, int) else f"{count} {one}s"


def overall(basis: Basis, figures: Figures) -> list[str]:
    """Return how the cases were graded, against the targets, and how sure that is."""
    table = figures["overall"]
    if not table["total"]:
        return ["No case has been graded yet."]
    grades = [f"{_level(basis, table, code)} {label}" for code, label in basis.scale]
    cases = f"{_cases(table['total'])} {_was(table['total'])} audited"
    return open_only([f"{cases}: {listed(grades)}.", *_targets(basis, figures), *cautions.sureness(basis, figures)])


def _targets(basis: Basis, figures: Figures) -> Iterator[str]:
    words = figures["sentences"]
    if basis.targets is None or words.get("good_target_met") is None:
        return
    best, lowest, table = basis.scale[0], basis.scale[-1], figures["overall"]
    good, worst = (printed(table[code], table["total"], target_of(basis, code)) for code in (basis.best, basis.lowest))
    reached = "reached" if words["good_target_met"] else "missed"
    yield f"The target of at least {basis.targets.good_percent}% {best[1]} was {reached}: {good} were graded {best[1]}."
    within = "within" if words["not_met_target_met"] else "over"
    yield f"{lowest[1]} work, at {worst}, was {within} the limit of {basis.targets.not_met_percent}%."


def sample(figures: Figures, labels: Mapping[str, str]) -> list[str]:
    """Return how the cases were drawn and what became of them; `labels` are the reasons for a replacement in words."""
    facts = figures.get("sample")
    if not facts:
        return []
    drawn = f"{facts['drawn']:,} of {facts['practitioners']:,} practitioners were drawn by lot, one case each"
    locked = "the list was locked before the seed of the lot was made"
    found = [f"{drawn}, from {facts['filings']:,} filings; {locked}.", *_not_audited(facts, labels)]
    for area, at in facts["areas_with_many_missing"].items():
        missing = f"{at['missing']:,} of {plural(at['drawn'], 'drawn case')} could not be audited"
        found.append(f"In {area}, {missing}, so its shares are less sure than the others’.")
    return found


def _not_audited(facts: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    """Yield what stood in for cases that could not be audited, and what was added by hand."""
    replaced = sum(facts["replaced"].values())
    if replaced:
        reasons = [f"{labels[why][0].lower()}{labels[why][1:]} ({n:,})" for why, n in facts["replaced"].items()]
        by_rule = f"{'was' if replaced == 1 else 'were'} replaced by the rule: {listed(reasons)}"
        yield f"{plural(replaced, 'drawn case')} could not be audited and {by_rule}."
    if facts["lost"]:
        yield f"For {plural(facts['lost'], 'drawn case')} nobody was left to stand in."
    if facts["added"]:
        were, count = ("was", "counts") if facts["added"] == 1 else ("were", "count")
        yield f"{plural(facts['added'], 'case')} {were} added by hand and {count} in no figure."


def law_type(basis: Basis, figures: Figures, names: Mapping[str, str]) -> list[str]:
    """Return a sentence for each law type."""
    found = []
    for law in basis.law_types:
        table = figures["law_type"][law.upper()]
        if table["total"]:
            best, lowest = basis.scale[0], basis.scale[-1]
            good, worst = (_level(basis, table, code) for code in (best[0], lowest[0]))
            found.append(
                f"{names[law]}: {good} {_was(table[best[0]]['count'])} graded {best[1]} and {worst} {lowest[1]}."
            )
    return open_only(found)


FEW_CASES = (
    "Most areas have few cases, so a difference between two areas may be chance. Read the numbers of cases beside the "
    "percentages."
)


def service_area(basis: Basis, figures: Figures) -> list[str]:
    """Return whether the areas differ at all, how many are where, and how little a difference between two says."""
    # Where a number of any area is hidden, no area is named: the name alone would say what the number was.
    words = figures["sentences"]
    if not words["areas"]:
        return []
    found = list(cautions.chance(figures, basis))
    named = not cautions.hides(figures["service_area"])
    found.extend(_against(basis, figures, named=named))
    if named:
        found.extend(_span(basis, figures))
    if named and words["areas_with_no_not_met"]:
        found.append(f"No case was graded {basis.scale[-1][1]} in {listed(words['areas_with_no_not_met'], 'or')}.")
    return open_only([*found, *([FEW_CASES] if words["areas"] > 1 else [])])


def _against(basis: Basis, figures: Figures, *, named: bool) -> Iterator[str]:
    words = figures["sentences"]
    if basis.targets is None or "areas_at_or_above_good_target" not in words:
        return
    t, best, lowest, areas = basis.targets, basis.scale[0][1], basis.scale[-1][1], words["areas"]
    above, over, below = (
        words[k] for k in ("areas_at_or_above_good_target", "areas_not_met_over_target", "areas_below_good_target")
    )
    yield f"{above['count']} of {plural(areas, 'service area')} had at least {t.good_percent}% {best}."
    if named and below["areas"]:
        yield f"Below {t.good_percent}%: {listed(below['areas'])}."
    elif not below["count"] and areas > 1:
        yield f"No area was below {t.good_percent}%."
    if named and areas > 1:
        yield from cautions.clear_areas(basis, figures, basis.best)
    yield (
        f"{over['count']} of {areas} had more than {t.not_met_percent}% "
        f"{lowest}{': ' + listed(over['areas']) if named and over['areas'] else ''}."
    )
    if named and over["count"]:
        yield from cautions.clear_areas(basis, figures, basis.lowest)
    at = words.get("areas_not_met_at_target", {"count": 0, "areas": []})
    if at["count"]:
        where = f": {listed(at['areas'])}" if named else f", in {plural(at['count'], 'area')}"
        yield f"Exactly {t.not_met_percent}%, which is within the limit{where}."


SAYS_LITTLE = "with few cases in each area, the order says little."


def _span(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield from where to where the areas' shares of the best level go, every area named that shares an end."""
    best, label = basis.scale[0]
    shares = {a: Fraction(t[best]["count"], t["total"]) for a, t in figures["service_area"].items() if t["total"]}
    if len(shares) < 2:  # noqa: PLR2004 - one area goes from nowhere to nowhere
        return
    low, high = min(shares.values()), max(shares.values())
    ends = [[a for a, share in shares.items() if share == end] for end in (low, high)]
    tables = [figures["service_area"][names[0]] for names in ends]
    at = [printed(table[best], table["total"], target_of(basis, best)) for table in tables]
    if at[0] == at[1]:
        yield f"Every area had {at[0]} {label}{'.' if low == high else ', as whole percentages go.'}"
    else:
        yield f"{label} went from {at[0]} ({listed(ends[0])}) to {at[1]} ({listed(ends[1])}); {SAYS_LITTLE}"


def children_seen(basis: Basis, figures: Figures) -> list[str]:
    """Return how many children's cases show that they were seen."""
    seen = figures["children_seen_overall"]
    base = seen["private_public"]
    if not base:
        return ["No case in this audit asks whether the children were seen."]
    were, unclear = _of(seen["seen"], base, "case"), _of(seen["unclear"], base, "case")
    first = f"In {were} the children were seen; in {_of(seen['not_seen'], base)} they were not."
    why = f"Of the cases in which children were not seen, {listed(list(_reasons(seen)))}"
    second = f"{why}. In {unclear} the file leaves it unclear."
    return open_only([first, second, *_left_out(basis, seen["eit"])])


def _reasons(seen: Mapping[str, Any]) -> Iterator[str]:
    reason = "a professional reason"
    yield _they(seen["not_seen_with_reason"]["count"], one=f"records {reason}", many=f"record {reason}")
    yield _they(seen["not_seen_no_reason"]["count"], one="does not", many="do not")
    if "not_seen_reason_unknown" in seen:
        yield f"of {number(seen['not_seen_reason_unknown']['count'])} it is not known"


def _left_out(basis: Basis, count: int) -> Iterator[str]:
    if not count:
        return
    left_out = f"{_cases(count)} {{}} {'is' if count == 1 else 'are'} left out: "
    if [w for w in basis.law_types if w not in basis.seen_asked] == ["wtfh"]:
        yield left_out.format("of work to first hearing") + "children are not seen at that stage."
    else:
        yield left_out.format("of other law types") + "of these it is not asked whether the children were seen."


def employment(basis: Basis, figures: Figures) -> list[str]:
    """Return how the work of each kind of staff was graded."""
    best, lowest = basis.scale[0], basis.scale[-1]
    rows = figures["employment"]
    found = [
        f"{name.capitalize()} staff: {_level(basis, t, best[0])} {best[1]}, {_level(basis, t, lowest[0])} {lowest[1]}."
        for name, t in sorted(rows.items(), reverse=True)
        if t["total"]
    ]
    if len(rows) < 2:  # noqa: PLR2004 - nothing to compare
        return open_only(found)
    caution = "The groups also differ in area and law type, which this comparison does not allow for."
    return open_only([*found, *cautions.staff_difference(basis, figures), caution])


def moderation(basis: Basis, figures: Figures) -> list[str]:
    """Return what became of the grades that were returned and challenged."""
    c = figures["challenge"]
    lowest, label = basis.scale[-1]
    needed = c["referral_needed"]
    action = f"{_cases(needed) if needed else 'No case'} needed further action for the children."
    if not c["returned_to_area"]:
        return [f"No case was graded {label}, so none went back to its area.", *([action] if needed else [])]
    whose = "its" if c["returned_to_area"] == 1 else "their"
    back = f"{_cases(c['returned_to_area'])} first graded {label} went back to {whose} area for immediate review."
    stage = figures.get("as_at", Stage.FINAL)
    challenged = [] if stage in BEFORE_CHALLENGES else _challenged(basis, c)
    first, when = c[f"first_{lowest}"], "finally" if stage == Stage.FINAL else "at this stage"
    so = f"So {_cases(first)} {_was(first)} first graded {label}, and {number(c[f'final_{lowest}'])} {when}."
    return open_only([back, *challenged, action, *_answered(figures.get("moderation")), so])


def _answered(m: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is known of reviews, answers and decisions.

    Figures that were frozen before there were any have none.
    """
    if m is None:
        return
    late, missing, silent = m["reviewed"]["late"], m["reviewed"]["not_done"], m["answers"]["not_answered"]
    if late or missing:
        yield f"{_cases(late, 'immediate review')} {_was(late)} late, and {number(missing)} {_was(missing)} not done."
    if silent:
        yield f"{_cases(silent)} {_was(silent)} not answered in time, so the grade stands."
    decided, of = m["decided"], m["decided"]["decided"]
    if of:
        low, high = decided["interval"] if isinstance(decided["interval"], list) else (cautions.HIDDEN, cautions.HIDDEN)
        yield (
            f"{number(decided['overturned'])} of {_cases(of, 'decided challenge')} changed the grade "
            f"({decided['percent']}%, 95% interval {low}% to {high}%)."
        )
    if isinstance(of, int) and 0 < of < FEW:
        yield "With so few challenges, differences between areas or law types may well be chance."
    days = m["median_working_days"]
    if days is not None:
        within = (
            f"within {plural(int(days), 'working day') if days == int(days) else f'{days} working days'}"
            if days
            else "on the day of the challenge"
        )
        yield f"Half of the decisions on challenges came {within}."


def _challenged(basis: Basis, c: Mapping[str, Any]) -> Iterator[str]:
    lowest, label = basis.scale[-1]
    if not c["challenged"]:
        yield "None was challenged."
        return
    outcomes = [f"{number(c[f'agreed_{lowest}']['count'])} stayed {label}"]
    for code, name in basis.scale:
        if f"regraded_to_{code}" in c:
            count = c[f"regraded_to_{code}"]["count"]
            outcomes.append(f"{number(count)} {_was(count)} re-graded to {name}")
    yield f"{number(c['challenged'])} {_was(c['challenged'])} challenged: {listed(outcomes)}."
    if c["adjudicated"]:
        yield f"{number(c['adjudicated'])} went to the national service director; {_adjudicated(basis, c)}."


def _adjudicated(basis: Basis, c: Mapping[str, Any]) -> str:
    changed = [(c.get(f"adjudicated_regraded_to_{code}"), name) for code, name in basis.scale]
    regraded = [f"{number(n)} {_was(n)} re-graded to {name}" for n, name in changed if n is not None]
    where = "" if c["adjudicated"] == 1 else f"in {number(c['adjudicated_unchanged'])} "
    unchanged = f"{where}the grade was left unchanged"
    return listed([*([unchanged] if c["adjudicated_unchanged"] else []), *regraded])


def agreement(figures: Figures) -> list[str]:
    """Return how often benchmarks agreed with the auditors' own grades, and how often guessing would."""
    found, names = (
        figures.get("benchmark") or {},
        {"lead_vs_first": "The audit lead’s", "independent_vs_first": "An independent"},
    )
    told = []
    for key, whose in names.items():
        of = found.get(key) or {}
        if not of.get("n") or not isinstance(of["agree"]["percent"], int) or not of.get("agree_wilson"):
            continue
        low, high = (in_percent(limit) for limit in of["agree_wilson"])
        guessed = in_percent(of["agree_by_guessing"])
        told.append(
            f"{whose} benchmark is the auditor’s own grade in {number(of['agree']['count'])} of {_cases(of['n'])} "
            f"({of['agree']['percent']}%, 95% interval {low}% to {high}%); two people guessing with these shares "
            f"would agree on {guessed}%."
        )
    return open_only(told)
