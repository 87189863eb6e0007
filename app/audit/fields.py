"""The parts of a draft as the fields of their forms, and back. Pure."""

from collections.abc import Mapping, Sequence

from app.audit.draft import Draft
from app.audit.thresholds.document import SET_ASIDE, Fact, Standard, ThresholdDocument


def standard_fields(draft: Draft, standards: Sequence[Standard]) -> dict[str, str]:
    """Return the fields of some standards as their form has them."""
    fields: dict[str, str] = {}
    for code, row in ((s.code, draft.judgements[s.code]) for s in standards if s.code in draft.judgements):
        chosen = SET_ASIDE if row.set_aside else row.judgement
        fields |= {f"{code}-judgement": chosen, f"{code}-degree": row.degree, f"{code}-evidence": row.evidence}
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
    }


def standard_columns(document: ThresholdDocument, standard: Standard, fields: Mapping[str, str]) -> dict[str, object]:
    """Return the columns of a judgement; the best level without a degree means that nothing has to improve."""
    judgement, degree, evidence = (fields.get(f"{standard.code}-{name}", "") for name in ("judgement", "degree", "evidence"))
    aside = judgement == SET_ASIDE
    if judgement == document.best.code and not degree:
        degree = document.improvement_degrees[0].code
    return {"set_aside": aside, "judgement": "" if aside else judgement, "degree": "" if aside else degree, "evidence": evidence}


def fact_fields(draft: Draft) -> dict[str, str]:
    """Return the answers to the factual questions as fields, several answers on a line each."""
    return {f"fact-{code}": "\n".join(answers) for code, answers in draft.facts.items()}


def fact_answers(facts: Sequence[Fact], fields: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the answers of fields."""
    texts = {f.code: (f.kind, fields.get(f"fact-{f.code}", "")) for f in facts}
    return {code: ([text] if kind == "text" else text.split("\n")) if text else [] for code, (kind, text) in texts.items()}


def theme_fields(draft: Draft) -> dict[str, str]:
    """Return strengths and learning points as fields: one for each theme, so that two windows can each add one."""
    kept = draft.assessment
    return {**{f"theme-{code}": code for code in kept.themes}, "strengths_note": kept.strengths_note, "learning_note": kept.learning_note}


def grade_fields(draft: Draft) -> dict[str, str]:
    """Return the auditor's own grade as fields."""
    return {"grade": draft.assessment.grade or "", "departure_reason": draft.assessment.departure_reason}


def words_of(document: ThresholdDocument, law_type: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Return, for each field that only the document names, what it is called and what its codes are called."""
    levels = {SET_ASIDE: "Set aside", **{level.code: level.label for level in document.scale}}
    degrees = {degree.code: degree.label for degree in document.improvement_degrees}
    said: dict[str, tuple[str, Mapping[str, str]]] = {}
    for standard in document.standards_for(law_type):
        parts: list[tuple[str, str, Mapping[str, str]]] = [("judgement", "judgement", levels), ("degree", "improvement needed", degrees),
            ("evidence", "evidence", {}), ("level", "level", levels), ("why", "why", {})]  # fmt: skip
        said |= {f"{standard.code}-{name}": (f"{standard.title}: {word}", codes) for name, word, codes in parts}
    said |= {f"fact-{f.code}": (f.question, {a.code: a.label for a in f.answers}) for f in document.facts_for(law_type)}
    said["themes"] = ("Strengths and learning points", {t.code: t.label for t in document.learning_themes})
    return said | {"grade": ("Grade", levels), "claimed_grade": ("Which overall grade do you claim?", levels)}
