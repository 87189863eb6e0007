"""What is said of standards, of rules and of departures, from a report's figures: no number in it is typed. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.audit.thresholds.document import PracticeArea, Standard, ThresholdDocument
from app.labels import bears_verdict, capital, listed, noun, out_of, plural
from app.report.document.answers.tables import interval, share
from app.report.figures.counted_cases import Basis
from app.report.findings.known import Figures
from app.report.narrative.cautions import EVERYBODY, HIDDEN, is_weighted

NOT_SHOWN = "The numbers are so small that the public edition does not show them."
# So many standards are named at most.
MOST_NAMED = 3


def answer(basis: Basis, document: ThresholdDocument, figures: Figures, of: Standard) -> list[str]:
    """Return the answer to a standard's question: how many cases are at each level, and what that means."""
    found = figures.get("standards", {}).get(of.code)
    if found is None:
        # So small an audit has no standards in public at all.
        left_out = figures.get("edition") == "public" and not figures.get("standards")
        return [NOT_SHOWN if left_out else "No case of this audit was asked this."]
    row = found["overall"]
    if row["judged"] == 0:
        return [_aside(document, of, row["set_aside"], row["set_aside"])]
    said = [s for s in _levels(basis, document, figures, of, row) if HIDDEN not in s]
    aside = row["set_aside"]
    if isinstance(aside, int) and aside:
        said.append(_aside(document, of, aside, row["judged"] + aside))
    return said or [NOT_SHOWN]


def _levels(
    basis: Basis, document: ThresholdDocument, figures: Figures, of: Standard, row: Mapping[str, Any]
) -> Iterator[str]:
    """Yield a sentence for each level that any case is at: its cases, its share, what it means, how sure that is."""
    for level in document.scale:
        n, judged = row[level.code], row["judged"]
        if n == 0 or HIDDEN in (n, judged):
            continue
        sure = "" if level.code not in {basis.best, basis.lowest} else interval(figures, of.code, level.code)
        meant = f"{level.label}: {lowered(level.meaning)}"
        yield f"In {_of_cases(figures, n, judged, sure)}, {meant}"


def _of_cases(figures: Figures, n: int, judged: int, sure: str) -> str:
    """Return so many cases, with their share and its interval where there are enough of them."""
    cases = out_of(n, judged, "case")
    if is_weighted(figures) or not bears_verdict(judged):
        return cases
    between = f", 95% interval {sure}" if sure and sure[0].isdigit() and sure != EVERYBODY else ""
    if n == judged:
        return f"{cases} ({between.removeprefix(', ')})" if between else cases
    return f"{cases} ({share(n, judged)}%{between})"


def _aside(document: ThresholdDocument, of: Standard, n: object, asked: object) -> str:
    """Return in how many cases a standard was set aside, and where the document allows that."""
    why = f" {ALLOWED} ‘{document.in_words(of.not_applicable_when)}’" if of.not_applicable_when else ""
    nothing = ", so there is no answer" if n == asked else ""
    return f"It was set aside in {out_of(n, asked, 'case')}{nothing}.{why}"


ALLOWED = "The document allows that where this is so:"


def lowered(words: str) -> str:
    """Return a sentence as it goes on after a colon; a name or an abbreviation keeps its capital."""
    first = words.split(" ", 1)[0]
    return words if first[1:] != first[1:].lower() or first == "I" else words[:1].lower() + words[1:]


def practice_area(basis: Basis, figures: Figures, area: PracticeArea) -> list[str]:
    """Return which standards of a practice area are most often at the lowest level, with their counts."""
    code, label = basis.scale[-1]
    there = [(s, figures["standards"][s.code]["overall"]) for s in area.standards if s.code in figures["standards"]]
    if any(not isinstance(row[code], int) for _, row in there):
        return []
    most = max(row[code] for _, row in there)
    if not most:
        return [f"No case was judged {label} on any of these standards."]
    named = [(s, row) for s, row in there if row[code] == most]
    if len(named) > MOST_NAMED:
        return []
    where = listed([f"‘{s.title}’ ({out_of(most, row['judged'], 'case')})" for s, row in named])
    return [f"Most often {label}: {where}."]


def reasons(basis: Basis, document: ThresholdDocument, figures: Figures) -> list[str]:
    """Return by which rules cases were indicated at the lowest grade, and how often a grade departs from its rule."""
    found, (lowest, label) = figures["lowest_reasons"], basis.scale[-1]
    rules = {rule: of["cases"] for rule, of in found["rules"].items() if of["grade"] == lowest}
    every, ruled = sum(rules.values()), figures["cases"] - sum(found["without_rule"].values())
    if not every:
        first = f"The rules indicated {label} in no case."
    else:
        first = f"The rules indicated {label} in {out_of(every, ruled, 'case')}."
    said = [first, *_critical(document, figures, every)]
    departed = found["departures"]["cases"]
    if departed:
        were = noun(departed, "was", "were")
        said.append(f"{capital(out_of(departed, ruled, 'case'))} {were} graded otherwise than the rules indicated.")
    else:
        said.append("Every case with a rule was graded as the rules indicated.")
    without = sum(found["without_rule"].values())
    if without:
        said.append(f"For {plural(without, 'case')} no rule could be read, because a judgement is not known.")
    return said


def _critical(document: ThresholdDocument, figures: Figures, every: int) -> Iterator[str]:
    cases = figures["lowest_reasons"]["critical"].get("cases")
    if every and cases:
        label = document.lowest.label
        yield f"A critical standard that was {label} was the reason in {out_of(cases, every, 'such case')}."
