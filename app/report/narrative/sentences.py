"""The sentences of a report, made from its figures: no number in them is typed (statistics.md)."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.audit.commission.rules import share_in_words
from app.labels import (
    bears_verdict,
    capital,
    listed,
    noun,
    number,
    out_of,
    plural,
)
from app.report.figures.all_figures import Basis
from app.report.figures.counted_cases import SEEN_STATES
from app.report.findings.shares import printed, target_of
from app.report.findings.verdicts import verdict_sentence
from app.report.narrative import cautions
from app.report.narrative.cautions import open_only
from app.report.narrative.graded import WERE, all_alike, audited, every_case, level, levels, share_of

Figures = Mapping[str, Any]


def overall(basis: Basis, figures: Figures) -> list[str]:
    """Return how the cases were graded, against the targets, and how sure that is."""
    table = figures["overall"]
    if not table["total"]:
        return ["No case has been graded yet."]
    first = audited(basis, table)
    return open_only([first, *_targets(basis, figures), *cautions.sureness(basis, figures)])


def _targets(basis: Basis, figures: Figures) -> Iterator[str]:
    table = figures["overall"]
    if basis.targets is not None and not bears_verdict(table["total"]):
        yield cautions.NO_VERDICT
        return
    for code in (basis.best, basis.lowest):
        if target_of(basis, code) is not None:
            yield verdict_sentence(basis, figures, code, printed(table[code], table["total"], target_of(basis, code)))


def sample(figures: Figures, labels: Mapping[str, str]) -> list[str]:
    """Return how the cases were drawn and what became of them; `labels` are the reasons for a replacement in words."""
    facts = figures.get("sample")
    if not facts:
        return []
    found = [_drawn(facts), *_wanted(facts.get("shape") or {}), *_not_audited(facts, labels)]
    many = facts["areas_with_many_missing"]
    for area in (a for a in figures["service_area_order"] if a in many):
        missing = f"{out_of(many[area]['missing'], many[area]['drawn'], 'drawn case')} could not be audited"
        found.append(f"In {area}, {missing}, so its shares are less sure than the others’.")
    return found


def _drawn(facts: Mapping[str, Any]) -> str:
    """Return how the cases were found; where everybody was to be audited no lot was needed."""
    drawn, people, filings = facts["drawn"], facts["practitioners"], f"from {plural(facts['filings'], 'filing')}"
    who, were = capital(out_of(drawn, people, "practitioner")), noun(drawn or 1, *WERE)
    shape = facts.get("shape") or {}
    most = shape.get("cases_each", 1)
    each = "one case each" if most == 1 else f"up to {most} cases each, {shape['cases_drawn']:,} in all"
    if drawn == people:
        audited = f"{were} to be audited" if facts["lost"] else f"{were} audited"
        return f"{who} {audited}, {each}, {filings}; so nothing was left to chance."
    locked = "the list was locked before the seed of the lot was made"
    if facts["receipt"].get("rehearsal"):
        locked = "the list is invented, and the seed of the lot was typed before it"
    return f"{who} {were} drawn by lot, {each}, {filings}; {locked}."


def _wanted(shape: Mapping[str, Any]) -> Iterator[str]:
    """Yield what else was wanted than a share of everybody, and what it means for what the report says."""
    if shape.get("areas"):
        yield "The framework set how many practitioners are audited in each service area, so their chances differ."
    if shape.get("employment"):
        staff = listed([f"{kind} staff ({share_in_words(f)})" for kind, f in shape["employment"].items()])
        yield f"Shares of their own were drawn of {staff}."
    if shape.get("only_areas"):
        why = f" ({shape['reason']})" if shape.get("reason") else ""
        yield f"The audit is of {listed(shape['only_areas'])} only{why}; it says nothing of other service areas."
    if shape.get("document_kinds"):
        kept = listed([code.replace("_", " ") for code in shape["document_kinds"]])
        yield f"The audit keeps to one part of what was filed ({kept}); its list holds nothing else."
    left_out = (shape.get("without") or {}).get("practitioners")
    if left_out:
        months = shape["without"]["months"]
        yield (
            f"{plural(left_out, 'practitioner')} audited in the {months} months before {noun(left_out, 'is', 'are')} "
            "not in the list: nothing is said of them, and newcomers weigh more."
        )


def _not_audited(facts: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    """Yield what stood in for cases that could not be audited, and what was added by hand."""
    replaced = sum(facts["replaced"].values())
    if replaced:
        reasons = [f"{labels[why][0].lower()}{labels[why][1:]} ({n:,})" for why, n in facts["replaced"].items()]
        by_rule = f"{noun(replaced, 'was', 'were')} replaced by the rule: {listed(reasons)}"
        yield f"{plural(replaced, 'drawn case')} could not be audited and {by_rule}."
    if facts["lost"]:
        yield f"For {plural(facts['lost'], 'drawn case')} nobody was left to stand in."
    if facts["added"]:
        were, count = (noun(facts["added"], *words) for words in (("was", "were"), ("counts", "count")))
        yield f"{plural(facts['added'], 'case')} {were} added by hand and {count} in no figure."


def law_type(basis: Basis, figures: Figures, names: Mapping[str, str]) -> list[str]:
    """Return a sentence for each law type."""
    found = []
    for law in basis.law_types:
        table = figures["law_type"][law.upper()]
        if table["total"]:
            found.append(f"{names[law]}: {_of_law(basis, table)}.")
    return open_only(found)


def _of_law(basis: Basis, table: Mapping[str, Any]) -> str:
    alike = all_alike(basis, table)
    if alike:
        return every_case(table["total"], alike)
    (best, good), (lowest, worst) = basis.scale[0], basis.scale[-1]
    were = noun(table[best]["count"], "was", "were")
    if table[best]["count"] == 0:
        return f"no case was graded {good}, {level(basis, table, lowest)} {worst}"
    return f"{level(basis, table, best)} {were} graded {good} and {level(basis, table, lowest)} {worst}"


def children_seen(basis: Basis, figures: Figures) -> list[str]:
    """Return how many children's cases show that they were seen."""
    seen = figures["children_seen_overall"]
    base = seen["private_public"]
    if not base:
        return ["No case in this audit asks whether the children were seen."]
    return open_only([*_seen(seen, base), *_left_out(basis, seen["eit"])])


def _seen(seen: Mapping[str, Any], base: int) -> Iterator[str]:
    yes, no, unclear = (share_of(seen[state], base, "case") for state in SEEN_STATES)
    count = seen["not_seen"]["count"]
    if seen["seen"]["count"]:
        rest = f"; in {share_of(seen['not_seen'], base)} they were not" if count else ""
        yield f"In {yes} the children were seen{rest}."
    elif count:
        yield f"In {no} the children were not seen."
    if count:
        yield _reasons(seen, count)
    if seen["unclear"]["count"]:
        yield f"In {unclear} the file leaves it unclear."


def _reasons(seen: Mapping[str, Any], unseen: int) -> str:
    """Say in how many of the cases in which children were not seen a reason is recorded."""
    known, none, unknown = (
        seen.get(f"not_seen_{key}", {"count": 0})["count"] for key in ("with_reason", "no_reason", "reason_unknown")
    )
    of = "the case" if unseen == 1 else "the cases"
    recorded = f"{of} in which children were not seen"
    if unseen in {known, none}:
        each = "" if unseen == 1 else "each of " if known else "none of "
        verb = "records" if known else "records no" if unseen == 1 else "records"
        return f"{capital(f'{each}{recorded}')} {verb} {'professional reason' if verb == 'records no' else REASON}."
    if unseen == unknown:
        return f"{capital(f'of {recorded}')} it is not known whether a professional reason is recorded."
    told = [
        *([f"{number(known)} {noun(known, 'records', 'record')} {REASON}"] if known else []),
        *([f"{number(none)} {noun(none, 'does not', 'do not')}{'' if known else f' record {REASON}'}"] if none else []),
        *([f"of {number(unknown)} it is not known"] if unknown else []),
    ]
    return f"{capital(f'of {recorded}')}, {listed(told)}."


REASON = "a professional reason"


def _left_out(basis: Basis, count: int) -> Iterator[str]:
    if not count:
        return
    unasked = [w for w in basis.law_types if w not in basis.seen_asked]
    of = basis.kinds.law_types.low(unasked[0]) if len(unasked) == 1 else "other law types"
    left_out = f"{plural(count, 'case')} of {of} {noun(count, 'is', 'are')} left out"
    yield f"{left_out}, of which it is not asked whether the children were seen."


def employment(basis: Basis, figures: Figures) -> list[str]:
    """Return how the work of each kind of staff was graded."""
    rows = figures["employment"]
    kinds = basis.kinds.employment
    found = [f"{kinds.short(name)} staff: {_of_staff(basis, t)}." for name, t in sorted(rows.items(), reverse=True)]
    if len(rows) < 2:  # noqa: PLR2004 - nothing to compare
        return open_only(found)
    enough = all(bears_verdict(table["total"]) for table in rows.values())
    caution = "The groups also differ in area and law type, which this comparison does not allow for."
    return open_only([*found, *cautions.staff_difference(basis, figures), *([caution] if enough else [])])


def _of_staff(basis: Basis, table: Mapping[str, Any]) -> str:
    alike = all_alike(basis, table)
    return (
        every_case(table["total"], alike)
        if alike
        else ", ".join(levels(basis, table, (basis.scale[0], basis.scale[-1])))
    )
