"""The parts of a draft as the fields of their forms, and back. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit.evidence.reuse import SUFFIX, Texts, marks_of, new_marks, reused, tidied
from app.audit.evidence.reuse import words_of as reuse_words
from app.audit.grading.draft import Draft
from app.audit.grading.in_hand import Prepared
from app.audit.thresholds.answers import fact_sent
from app.audit.thresholds.document import SET_ASIDE, Fact, Standard, ThresholdDocument
from app.clock import day
from app.db import LONGEST_TEXT
from app.labels import length_fault


def standard_fields(draft: Draft, standards: Sequence[Standard]) -> dict[str, str]:
    """Return the fields of some standards as their form has them."""
    fields: dict[str, str] = {}
    for code, row in ((s.code, draft.judgements[s.code]) for s in standards if s.code in draft.judgements):
        chosen = SET_ASIDE if row.set_aside else row.judgement
        fields |= {f"{code}-judgement": chosen, f"{code}-degree": row.degree, f"{code}-evidence": row.evidence}
        if row.reused:
            fields[f"{code}{SUFFIX}"] = reuse_words(marks_of(row.reused))
    return fields


def standard_sent(document: ThresholdDocument, standard: Standard, form: Mapping[str, str]) -> dict[str, str]:
    """Return a standard's fields as a form sent them; what the document does not offer is left out."""
    judgement, degree, evidence = (f"{standard.code}-{name}" for name in ("judgement", "degree", "evidence"))
    offered = {level.code for level in document.scale} | ({SET_ASIDE} if standard.can_be_set_aside else set())
    chosen = form.get(judgement, "")
    return {
        judgement: chosen if chosen in offered else "",
        degree: sent if (sent := form.get(degree, "")) in {d.code for d in document.improvement_degrees} else "",
        evidence: form.get(evidence, "").strip(),
        f"{standard.code}{SUFFIX}": tidied(form.get(f"{standard.code}{SUFFIX}", "")),
    }


def standard_columns(document: ThresholdDocument, standard: Standard, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of a judgement; the best level without a degree means that nothing has to improve."""
    judgement, degree, evidence = (
        fields.get(f"{standard.code}-{name}", "") for name in ("judgement", "degree", "evidence")
    )
    aside = judgement == SET_ASIDE
    if judgement == document.best.code and not degree:
        degree = document.improvement_degrees[0].code
    return {
        "set_aside": aside,
        "judgement": "" if aside else judgement,
        "degree": "" if aside else degree,
        "evidence": evidence,
    }


def newly_reused(draft: Draft, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (origin, id) of the phrases that fields say were reused, where the draft does not know it yet."""
    found = []
    for name, words in fields.items():
        if words and name.endswith(SUFFIX):
            row = draft.judgements.get(name.removesuffix(SUFFIX))
            found += [(m.origin, m.id) for m in new_marks(words, row.reused if row else None)]
    return [key for key in found if key[0] != "above"]


def reused_column(draft: Draft, code: str, fields: Mapping[str, str], phrases: Texts) -> dict[str, Any]:
    """Return the column of a judgement that says what of its evidence was reused."""
    row, words = draft.judgements.get(code), fields.get(f"{code}{SUFFIX}", "")
    if not words:
        return {"reused": None}
    above = {("above", s): fields.get(f"{s}-evidence") or j.evidence for s, j in draft.judgements.items()}
    above |= {("above", n.removesuffix("-evidence")): t for n, t in fields.items() if n.endswith("-evidence") and t}
    before, now = row.evidence if row else "", fields.get(f"{code}-evidence", "")
    kept = row.reused if row else None
    return {"reused": reused(words, kept, before=before, now=now, texts={**above, **phrases})}


def fact_fields(draft: Draft) -> dict[str, str]:
    """Return the answers to the factual questions as fields, several answers on a line each."""
    return {f"fact-{code}": "\n".join(answers) for code, answers in draft.facts.items()}


def facts_with_prepared(draft: Draft) -> dict[str, str]:
    """Return the answers as fields; where the author has given none, what was prepared and not checked yet."""
    prepared = {f"fact-{code}": "\n".join(p.answers) for code, p in draft.unconfirmed.items()}
    return {**prepared, **{name: text for name, text in fact_fields(draft).items() if text}}


def prepared_in_words(draft: Draft, names: Mapping[int, str]) -> dict[str, str]:
    """Return, for each fact that was prepared, by whom and what the author has to do with it, or did."""
    said = {}
    for code, p in draft.prepared_facts.items():
        who, own = names.get(p.by_id, ""), draft.facts.get(code)
        if code not in draft.unconfirmed:
            said[code] = f"Prepared by {who} and {'confirmed' if own == p.answers else 'changed'} by you"
        elif own and own != p.answers:
            theirs = draft.in_words(f"fact-{code}", "\n".join(p.answers))
            stays = "Your own answer stays unless you change it"
            said[code] = f"{who} prepared ‘{theirs}’ on {day(p.at)}: check it against the file. {stays}"
        else:
            said[code] = f"Prepared by {who}, {day(p.at)}: check it against the file"
    return said


def seen_mark(prepared: Prepared) -> str:
    """Return how a form says which preparation it showed, and as of when."""
    return f"{prepared.code}@{prepared.at.isoformat()}"


def fact_answers(facts: Sequence[Fact], fields: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the answers of fields."""
    texts = {f.code: (f.kind, fields.get(f"fact-{f.code}", "")) for f in facts}
    return {
        code: ([text] if kind == "text" else text.split("\n")) if text else [] for code, (kind, text) in texts.items()
    }


def theme_fields(draft: Draft) -> dict[str, str]:
    """Return strengths and learning points as fields: one for each theme, so that two windows can each add one."""
    kept = draft.assessment
    return {
        **{f"theme-{code}": code for code in kept.themes},
        "strengths_note": kept.strengths_note,
        "learning_note": kept.learning_note,
    }


def grade_fields(draft: Draft) -> dict[str, str]:
    """Return the auditor's own grade as fields."""
    return {"grade": draft.assessment.grade or "", "departure_reason": draft.assessment.departure_reason}


def tool_fields(draft: Draft) -> dict[str, str]:
    """Return every field of the tool with its answer."""
    standards = draft.document.standards_for(draft.law_type)
    return {**standard_fields(draft, standards), **fact_fields(draft), **theme_fields(draft), **grade_fields(draft)}


def fields_with(draft: Draft, names: Collection[str]) -> dict[str, str]:
    """Return the fields that change together with some, these among them: all of their standards, and few others."""
    codes = {name.rpartition("-")[0] for name in names}
    found = standard_fields(draft, [s for s in draft.document.standards_for(draft.law_type) if s.code in codes])
    if any(name.startswith("fact-") for name in names):
        found |= {name: text for name, text in fact_fields(draft).items() if name in names}
    return {**found, **theme_fields(draft), **grade_fields(draft)}


def field_sent(draft: Draft, name: str, text: str) -> tuple[str, str]:
    """Return one field as it was sent, and what is wrong with it.

    A field that the tool does not have here is wrong too.
    """
    fact = next((f for f in draft.document.facts_for(draft.law_type) if f"fact-{f.code}" == name), None)
    fields = draft.document.choices_for(draft.law_type)
    if fact is None and name not in fields:
        return "", f"{name[:60]} is not part of this assessment. Open the page again"
    if "\x00" in text:
        return "", f"{draft.what(name)} has a character in it that cannot be kept (NUL). Take it out"
    if fact is not None:
        return fact_sent(fact, [text] if fact.kind == "text" else text.split("\n"))
    if name.endswith(SUFFIX):
        return tidied(text), ""
    kept, choices = text.strip(), fields[name]
    if choices is not None and kept not in {"", *choices}:
        return "", f"{draft.what(name)} is not one of the choices. Open the page again"
    return kept, length_fault(draft.what(name), kept, LONGEST_TEXT) or ""


def words_of(document: ThresholdDocument, law_type: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Return, for each field that only the document names, what it is called and what its codes are called."""
    levels = {SET_ASIDE: "Set aside", **{level.code: level.label for level in document.scale}}
    degrees = {degree.code: degree.label for degree in document.improvement_degrees}
    said: dict[str, tuple[str, Mapping[str, str]]] = {}
    for standard in document.standards_for(law_type):
        parts: list[tuple[str, str, Mapping[str, str]]] = [
            ("judgement", "judgement", levels),
            ("degree", "improvement needed", degrees),
            ("evidence", "evidence", {}),
        ]
        said |= {f"{standard.code}-{name}": (f"{standard.title}: {word}", codes) for name, word, codes in parts}
    said |= {f"fact-{f.code}": (f.question, {a.code: a.label for a in f.answers}) for f in document.facts_for(law_type)}
    said["themes"] = ("Strengths and learning points", {t.code: t.label for t in document.learning_themes})
    return said | {"grade": ("Grade", levels), "claimed_grade": ("Which overall grade do you claim?", levels)}


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed: which answer, and how it read before and reads now."""

    what: str
    before: str
    now: str


def changes(before: Draft, now: Draft) -> list[Change]:
    """Return what differs between two assessments of a case in the order of the tool, in words."""
    words = words_of(now.document, now.law_type)
    old, new = _all_fields(before), _all_fields(now)
    found = []
    for name in dict.fromkeys([*new, *old]):
        if old.get(name, "") == new.get(name, ""):
            continue
        if name.startswith("theme-"):
            what, said = (
                now.document.theme(name.removeprefix("theme-")).label,
                ("Picked" if old.get(name) else "", "Picked" if new.get(name) else ""),
            )
        else:
            what, said = (
                words[name][0] if name in words else now.what(name),
                (now.in_words(name, old.get(name, "")), now.in_words(name, new.get(name, ""))),
            )
        found.append(Change(what, *said))
    return found


def _all_fields(of: Draft) -> dict[str, str]:
    standards = standard_fields(of, of.document.standards_for(of.law_type))
    # What was reused is said beside the evidence, and is no answer.
    standards = {name: text for name, text in standards.items() if not name.endswith(SUFFIX)}
    return {**grade_fields(of), **standards, **fact_fields(of), **theme_fields(of)}
