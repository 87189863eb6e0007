"""The sentences of a report, made from its figures: no number in them is typed (statistics.md)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.labels import listed, plural
from app.report.figures import Basis, Comparator
from app.report.moderation_figures import FEW

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
Figures = Mapping[str, Any]


def month(when: str) -> str:
    """Return 2013-09 as September 2013, 2013 as it is, and nothing for what is neither."""
    found = re.fullmatch(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?", when)
    if found is None:
        return ""
    year, number = found.groups()
    return f"{MONTHS[int(number) - 1]} {year}" if number else year


def _of(share: Mapping[str, Any], total: int) -> str:
    return f"{share['count']:,} of {total:,} ({share['percent']}%)"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _they(count: int, *, one: str, many: str) -> str:
    """Return a count with its verb: 1 records, 2 record."""
    return f"{count:,} {one if count == 1 else many}"


def overall(basis: Basis, figures: Figures) -> list[str]:
    """Return how the cases were graded, against the targets and earlier audits."""
    table = figures["overall"]
    if not table["total"]:
        return ["No case has been graded yet."]
    grades = [f"{_of(table[code], table['total'])} {label}" for code, label in basis.scale]
    cases = f"{plural(table['total'], 'case')} {_was(table['total'])} audited"
    return [f"{cases}: {listed(grades)}.", *_targets(basis, figures), *_changes(basis, figures, "overall", None, "")]


def _targets(basis: Basis, figures: Figures) -> Iterator[str]:
    words = figures["sentences"]
    if basis.targets is None or words.get("good_target_met") is None:
        return
    best, lowest = basis.scale[0], basis.scale[-1]
    good, worst = figures["overall"][best[0]]["percent"], figures["overall"][lowest[0]]["percent"]
    reached = "reached" if words["good_target_met"] else "missed"
    yield f"The target of at least {basis.targets.good_percent}% {best[1]} was {reached}: {good}% were graded {best[1]}."
    within = "within" if words["not_met_target_met"] else "over"
    yield f"{lowest[1]} work, at {worst}%, was {within} the limit of {basis.targets.not_met_percent}%."


def _changes(basis: Basis, figures: Figures, scope: str, value: object, where: str) -> Iterator[str]:
    labels = dict(basis.scale)
    for c in basis.comparators:
        change = figures["sentences"]["change_points"].get(c.id)
        # A change is never printed without its dates (statistics.md, rule 2).
        if change is None or (c.scope, c.scope_value) != (scope, value) or c.measure not in labels or not month(c.when):
            continue
        yield f"{labels[c.measure]}{where}: {change['now_percent']}% now, {change['then_percent']}% {_then(c)}, {_points(change['change_points'])}."


def _then(c: Comparator) -> str:
    kind = {"inspection": "at the inspection in", "previous_audit": "in the audit of"}.get(c.kind, "in")
    return f"{kind} {month(c.when)}"


def _points(points: int) -> str:
    if points == 0:
        return "no change"
    noun = "percentage point" if abs(points) == 1 else "percentage points"
    return f"{'up' if points > 0 else 'down'} {abs(points)} {noun}"


def sample(figures: Figures, labels: Mapping[str, str]) -> list[str]:
    """Return how the cases were drawn and what became of them; `labels` are the reasons for a replacement in words."""
    facts = figures.get("sample")
    if not facts:
        return []
    drawn = f"{facts['drawn']:,} of {facts['practitioners']:,} practitioners were drawn by lot, one case each, from {facts['filings']:,} filings"
    found = [f"{drawn}; the list was locked before the seed of the lot was made."]
    replaced = sum(facts["replaced"].values())
    if replaced:
        why = listed([f"{labels[reason][0].lower()}{labels[reason][1:]} ({n:,})" for reason, n in facts["replaced"].items()])
        found.append(f"{plural(replaced, 'drawn case')} could not be audited and {'was' if replaced == 1 else 'were'} replaced by the rule: {why}.")
    if facts["lost"]:
        found.append(f"For {plural(facts['lost'], 'drawn case')} nobody was left to stand in.")
    if facts["added"]:
        were, count = ("was", "counts") if facts["added"] == 1 else ("were", "count")
        found.append(f"{plural(facts['added'], 'case')} {were} added by hand and {count} in no figure.")
    for area, at in facts["areas_with_many_missing"].items():
        found.append(f"In {area}, {at['missing']:,} of {plural(at['drawn'], 'drawn case')} could not be audited, so its shares are less sure than the others’.")
    return found


def law_type(basis: Basis, figures: Figures, names: Mapping[str, str]) -> list[str]:
    """Return a sentence for each law type, and what changed."""
    found = []
    for law in basis.law_types:
        table = figures["law_type"][law.upper()]
        if table["total"]:
            best, lowest = basis.scale[0], basis.scale[-1]
            good, worst = table[best[0]], table[lowest[0]]
            was = _was(good["count"])
            found.append(f"{names[law]}: {_of(good, table['total'])} {was} graded {best[1]} and {_of(worst, table['total'])} {lowest[1]}.")
            found.extend(_changes(basis, figures, "law_type", law.upper(), f", {names[law][0].lower()}{names[law][1:]}"))
    return found


def service_area(basis: Basis, figures: Figures) -> list[str]:
    """Return how many areas are where, with a caution: with this few cases, most differences are chance."""
    words = figures["sentences"]
    if not words["areas"]:
        return []
    found = []
    if "areas_at_or_above_good_target" in words and basis.targets is not None:
        t, best, lowest = basis.targets, basis.scale[0][1], basis.scale[-1][1]
        above, over = words["areas_at_or_above_good_target"], words["areas_not_met_over_target"]
        found.append(f"{above['count']} of {plural(words['areas'], 'service area')} had at least {t.good_percent}% {best}.")
        below = words["areas_below_good_target"]["areas"]
        if below:
            found.append(f"Below {t.good_percent}%: {listed(below)}.")
        found.append(f"{over['count']} of {words['areas']} had more than {t.not_met_percent}% {lowest}{': ' + listed(over['areas']) if over['areas'] else ''}.")
    if words["areas_with_no_not_met"]:
        found.append(f"No case was graded {basis.scale[-1][1]} in {listed(words['areas_with_no_not_met'], 'or')}.")
    found.append("Most areas have few cases, so a difference between two areas may be chance. Read the numbers of cases beside the percentages.")
    return found


def children_seen(basis: Basis, figures: Figures) -> list[str]:
    """Return how many children's cases show that they were seen."""
    seen = figures["children_seen_overall"]
    base = seen["private_public"]
    if not base:
        return ["No case in this audit asks whether the children were seen."]
    cases = "case" if base == 1 else "cases"
    first = f"In {_of(seen['seen'], base)} {cases} the children were seen; in {_of(seen['not_seen'], base)} they were not."
    reasons = [_they(seen["not_seen_with_reason"]["count"], one="records a professional reason", many="record a professional reason")]
    reasons.append(_they(seen["not_seen_no_reason"]["count"], one="does not", many="do not"))
    if "not_seen_reason_unknown" in seen:
        reasons.append(f"of {seen['not_seen_reason_unknown']['count']:,} it is not known")
    second = f"Of the cases in which children were not seen, {listed(reasons)}. In {_of(seen['unclear'], base)} {cases} the file leaves it unclear."
    return [first, second, *_left_out(basis, seen["eit"])]


def _left_out(basis: Basis, count: int) -> Iterator[str]:
    if not count:
        return
    left_out = f"{plural(count, 'case')} {{}} {'is' if count == 1 else 'are'} left out: "
    if [w for w in basis.law_types if w not in basis.seen_asked] == ["wtfh"]:
        yield left_out.format("of work to first hearing") + "children are not seen at that stage."
    else:
        yield left_out.format("of other law types") + "of these it is not asked whether the children were seen."


def employment(basis: Basis, figures: Figures) -> list[str]:
    """Return how the work of each kind of staff was graded."""
    best, lowest = basis.scale[0], basis.scale[-1]
    rows = figures["employment"]
    found = [
        f"{name.capitalize()} staff: {_of(t[best[0]], t['total'])} {best[1]}, {_of(t[lowest[0]], t['total'])} {lowest[1]}."
        for name, t in sorted(rows.items(), reverse=True)
        if t["total"]
    ]
    if len(rows) < 2:  # noqa: PLR2004 - nothing to compare
        return found
    return [*found, "The groups also differ in area and law type, which this comparison does not allow for."]


def moderation(basis: Basis, figures: Figures) -> list[str]:
    """Return what became of the grades that were returned and challenged."""
    c = figures["challenge"]
    lowest, label = basis.scale[-1]
    action = "needed further action for the children."
    if not c["returned_to_area"]:
        return [
            f"No case was graded {label}, so none went back to its area.",
            *([f"{plural(c['referral_needed'], 'case')} {action}"] if c["referral_needed"] else []),
        ]
    whose = "its" if c["returned_to_area"] == 1 else "their"
    found = [f"{plural(c['returned_to_area'], 'case')} first graded {label} went back to {whose} area for immediate review."]
    found.extend(_challenged(basis, c))
    found.append(f"{c['referral_needed']:,} {action}")
    first = c[f"first_{lowest}"]
    found.extend(_answered(figures.get("moderation")))
    found.append(f"So {plural(first, 'case')} {_was(first)} first graded {label}, and {c[f'final_{lowest}']:,} finally.")
    return found


def _answered(m: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is known of reviews, answers and decisions; figures that were frozen before there were any have none."""
    if m is None:
        return
    late, missing, silent = m["reviewed"]["late"], m["reviewed"]["not_done"], m["answers"]["not_answered"]
    if late or missing:
        yield f"{plural(late, 'immediate review')} {_was(late)} late, and {missing:,} {_was(missing)} not done."
    if silent:
        yield f"{plural(silent, 'case')} {_was(silent)} not answered in time, so the grade stands."
    decided, of = m["decided"], m["decided"]["decided"]
    if of:
        low, high = decided["interval"]
        yield f"{decided['overturned']:,} of {plural(of, 'decided challenge')} changed the grade ({decided['percent']}%, 95% interval {low}% to {high}%)."
    if 0 < of < FEW:
        yield "With so few challenges, most differences between areas, law types or auditors are chance."


def _challenged(basis: Basis, c: Mapping[str, Any]) -> Iterator[str]:
    lowest, label = basis.scale[-1]
    if not c["challenged"]:
        yield "None was challenged."
        return
    outcomes = [f"{c[f'agreed_{lowest}']['count']:,} stayed {label}"]
    for code, name in basis.scale:
        if f"regraded_to_{code}" in c:
            count = c[f"regraded_to_{code}"]["count"]
            outcomes.append(f"{count:,} {_was(count)} re-graded to {name}")
    yield f"{c['challenged']:,} {_was(c['challenged'])} challenged: {listed(outcomes)}."
    if c["adjudicated"]:
        changed = [(c[f"adjudicated_regraded_to_{code}"], name) for code, name in basis.scale if f"adjudicated_regraded_to_{code}" in c]
        regraded = [f"{count:,} {_was(count)} re-graded to {name}" for count, name in changed]
        unchanged = f"in {c['adjudicated_unchanged']:,} the grade was left unchanged"
        told = listed([*([unchanged] if c["adjudicated_unchanged"] else []), *regraded])
        yield f"{c['adjudicated']:,} went to the national service director; {told}."
