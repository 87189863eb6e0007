"""The rows of a dataset, with all that an edition may leave out; the caller has found the audit for the viewer."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.audit.enums import CAUSE_LABELS, CHOSEN_BY_LABELS, DECISION_LABELS, ORIGIN_LABELS
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Benchmark, Decision, FactAnswer, Judgement
from app.audit.shapes.shape import shape_of
from app.audit.standing.queries import decided_on_each
from app.audit.standing.rules import StandingJudgement, standing_judgements
from app.audit.thresholds.document import SET_ASIDE, ThresholdDocument
from app.clock import local_date
from app.moderation.themes.queries import dropped
from app.people.kinds import Kinds
from app.people.models import ServiceArea
from app.people.queries import kinds_now
from app.report import queries
from app.report.cases.queries import (
    BENCHMARKERS,
    CHILD_SEEN,
    GRADED,
    REFERRAL,
    SEEN,
    STANDING,
    UNNAMED,
    more_of_each,
    seen_asked,
)
from app.report.dataset.codebook import ALL, IN_WORDS, NONE, UNKNOWN, Lists
from app.sampling import queries as sampling
from app.sampling.shapes.wanted import Shape

Row = dict[str, Any]
# As results of an earlier audit have it, where they do not say more; no document has the answer.
NOT_SEEN = "not_seen"
_CASES = (
    select(AuditCase, Assessment)
    .outerjoin(Assessment, (Assessment.case_id == AuditCase.id) & STANDING)
    .where(GRADED)
    .order_by(AuditCase.id)
)
_OF_CASES = select(AuditCase.id).where(AuditCase.id == Assessment.case_id, GRADED).exists()
_ANSWERS = (
    select(Assessment.case_id, FactAnswer.fact, FactAnswer.answers)
    .join(Assessment, Assessment.id == FactAnswer.assessment_id)
    .where(STANDING, _OF_CASES)
    .order_by(Assessment.case_id, FactAnswer.id)
)
_JUDGEMENTS = (
    select(Assessment.case_id, Judgement)
    .join(Assessment, Assessment.id == Judgement.assessment_id)
    .where(STANDING, _OF_CASES)
    .order_by(Assessment.case_id, Judgement.id)
)
_SECOND = (
    select(Assessment.case_id, Assessment.author_label, Assessment.grade, Assessment.submitted_at, Benchmark)
    .outerjoin(Benchmark, Benchmark.second_id == Assessment.id)
    .where(Assessment.kind == "benchmark", Assessment.state == "submitted", _OF_CASES)
    .where(Assessment.author_label.in_(BENCHMARKERS))
    .order_by(Assessment.id)
)
_DECISIONS = (
    select(Decision)
    .where(select(AuditCase.id).where(AuditCase.id == Decision.case_id, GRADED).exists())
    .order_by(Decision.case_id, Decision.id)
)
_COUNTING = select(AuditCase.id).where(AuditCase.audit_id == bindparam("audit"))


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables of a dataset are made from: their rows, cases by their number in the database."""

    lists: Lists
    rows: Mapping[str, Sequence[Row]]
    # By table the standards, facts and themes that are asked under every law type.
    everywhere: Mapping[str, frozenset[str]]


def case_rows(session: Session, of: Audit) -> list[Row]:
    """Return what is said of every case that counts."""
    answers: dict[int, list[str]] = {
        case: given for case, fact, given in session.execute(_ANSWERS, {"audit": of.id}) if fact == CHILD_SEEN
    }
    asked = seen_asked(document_of(of), of.law_types)
    more, found = more_of_each(session, of), []
    for case, assessment in session.execute(_CASES, {"audit": of.id}):
        extra = more.get(case.id, {})
        first = assessment.grade if assessment else ""
        said = _seen(case.law_type in asked, answers.get(case.id, []))
        found.append(_drawn(case) | _graded(case, assessment) | _stages(case, first, extra) | _moderated(extra) | said)
    return found


def _drawn(case: AuditCase) -> Row:
    return {
        "case": case.id,
        "case_ref": case.case_ref,
        "practitioner": case.practitioner_id,
        "area": case.area,
        "law_type": case.law_type,
        "employment": case.employment,
        "band": case.performance_band,
        "document_kind": case.document_kind,
        "filed_on": case.filed_on,
        "origin": case.origin.value,
    }


def _graded(case: AuditCase, of: Assessment | None) -> Row:
    if of is None:
        return {}
    label = "" if of.author_label == UNNAMED else of.author_label
    return {
        "auditor": of.author_id or label,
        "graded_on": local_date(of.submitted_at) if of.submitted_at and not case.audit.imported else None,
        "first_grade": of.grade,
        "indicated_grade": of.indicated_grade,
        "indicated_rule": of.indicated_rule,
        "departure_reason": of.departure_reason,
        "themes": of.themes,
    }


def _stages(case: AuditCase, first: str | None, extra: Mapping[str, Any]) -> Row:
    benchmarked = extra.get("benchmarked_grade") or first
    return {
        "benchmarked_grade": benchmarked,
        "challenged_grade": extra.get("challenge_grade") or benchmarked,
        "final_grade": case.standing_grade or first,
    }


def _moderated(extra: Mapping[str, Any]) -> Row:
    return {
        "returned": _yes(extra.get("returned")),
        "challenge": extra.get("challenge_outcome", ""),
        "challenge_grade": extra.get("challenge_grade", ""),
        "adjudication": extra.get("adjudication_outcome", ""),
        "adjudication_grade": extra.get("adjudication_grade", ""),
        "referral": _yes(extra.get("referral")),
    }


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _seen(asked: bool, given: Sequence[str]) -> Row:  # noqa: FBT001 - a condition of two
    if not asked:
        return {"children_seen": "not_applicable", "not_seen_reason": ""}
    status, reason = SEEN.get(given[0] if given else "", ("unclear", None))
    return {"children_seen": status, "not_seen_reason": "" if reason is None else _yes(reason)}


def rows_of(session: Session, of: Audit) -> Found:
    """Return the rows of every table."""
    cases, document = case_rows(session, of), document_of(of)
    laws = {row["case"]: row["law_type"] for row in cases}
    rows = {
        "cases": cases,
        "judgements": list(_judged(session, of, document)),
        "facts": list(_answered(session, of, document, laws)),
        "themes": list(_noted(session, of, document, cases)),
        "second_grades": _second_grades(session, of),
        "decisions": list(_decided(session, of)),
        "strata": strata(session, of, cases),
        "design": [_design(shape_of(of))],
    }
    return Found(lists_of(session, of, cases), rows, _everywhere(document))


def _judged(session: Session, of: Audit, document: ThresholdDocument) -> Iterator[Row]:
    first: dict[int, list[Judgement]] = defaultdict(list)
    for case, judgement in session.execute(_JUDGEMENTS, {"audit": of.id}):
        first[case].append(judgement)
    decided = decided_on_each(session, _COUNTING.params(audit=of.id))
    areas = {s.code: area.code for area in document.practice_areas for s in area.standards}
    for case, theirs in first.items():
        for stands in standing_judgements(theirs, decided.get(case, ())).values():
            if stands.set_aside or stands.level:
                yield {"case": case, "practice_area": areas.get(stands.standard, ""), **_stands(stands)}


def _stands(of: StandingJudgement) -> Row:
    first = of.first
    return {
        "standard": of.standard,
        "level": SET_ASIDE if of.set_aside else of.level,
        "degree": "" if of.set_aside else of.degree,
        "first_level": SET_ASIDE if first and first.set_aside else of.first_level,
        "first_degree": first.degree if first and not first.set_aside else "",
        "settled_by": of.decision.kind.value if of.decision else "",
    }


def _answered(session: Session, of: Audit, document: ThresholdDocument, laws: Mapping[int, str]) -> Iterator[Row]:
    given: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for case, fact, answers in session.execute(_ANSWERS, {"audit": of.id}):
        given[fact][case] = answers
    for case, law in laws.items():
        for asked in document.facts_for(law):
            if asked.code in given and asked.code != REFERRAL:
                answers = [a for a in given[asked.code].get(case, []) if a]
                yield from _answers(case, asked.code, answers, text=asked.kind == "text")


def _answers(case: int, fact: str, answers: Sequence[str], *, text: bool) -> Iterator[Row]:
    if text and answers:
        yield {"case": case, "fact": fact, "answer": IN_WORDS, "text": "\n".join(answers)}
        return
    for answer in answers or [NONE]:
        yield {"case": case, "fact": fact, "answer": answer, "text": ""}


def _noted(session: Session, of: Audit, document: ThresholdDocument, cases: Sequence[Row]) -> Iterator[Row]:
    kinds = {t.code: t.kind for t in document.learning_themes}
    gone = dropped(session, AuditCase.audit_id == of.id)
    for row in cases:
        for code in dict.fromkeys(row.get("themes", ())):
            counts = code not in gone.get(row["case"], ())
            yield {"case": row["case"], "theme": code, "kind": kinds.get(code, ""), "counts": _yes(counts)}


def _second_grades(session: Session, of: Audit) -> list[Row]:
    found: dict[tuple[int, str], Row] = {}
    for case, by, grade, at, benchmark in session.execute(_SECOND, {"audit": of.id}):
        found[case, by] = {
            "case": case,
            "by": by,
            "grade": grade,
            "graded_on": local_date(at) if at and not of.imported else None,
            "chosen_by": benchmark.chosen_by.value if benchmark else "",
            "chance": benchmark.probability if benchmark else "",
            "cause": benchmark.cause.value if benchmark and benchmark.cause else "",
        }
    return list(found.values())


def _decided(session: Session, of: Audit) -> Iterator[Row]:
    places = Counter[int]()
    for d in session.scalars(_DECISIONS, {"audit": of.id}):
        places[d.case_id] += 1
        at = {"number": places[d.case_id], "kind": d.kind.value, "grade": d.grade}
        # The results of an earlier audit do not say when.
        on = None if of.imported else local_date(d.at)
        yield {"case": d.case_id, **at, "decided_on": on, "reasons": d.reasons}


# Of the cases what a margin is called in the list of practitioners.
MARGINS = {"area": "service_area", "law_type": "law_type", "band": "performance_band", "employment": "employment"}


def strata(session: Session, of: Audit, cases: Sequence[Row]) -> list[Row]:
    """Return the practitioners in the list and those audited: all, by what is known of them, as they were weighed."""
    frame = sampling.frame(session, of.frame_id)
    known, design = queries.population_facts(frame), queries.design_of(session, of, frame)
    drawn = _drawn_by_lot(session, of)
    found = [_stratum("all", ALL, known.practitioners if known else None, {r["practitioner"] for r in cases})]
    for by, name in MARGINS.items():
        found += _margin(by, known.by.get(name, {}) if known else None, cases)
    if design is not None and len(design.by) > 1:
        for key, number in design.strata.items():
            area, employment = key.split("\t")
            theirs = {r["practitioner"] for r in cases if (r["area"], r["employment"]) == (area, employment)}
            found.append(_stratum("area_employment", f"{area} / {employment}", number, theirs))
    return [row | drawn.get((row["by"], row["value"]), {}) for row in found]


def _drawn_by_lot(session: Session, of: Audit) -> dict[tuple[str, str], Row]:
    """Return how many practitioners were drawn, and of how many law types, by what the receipt tells them apart."""
    draw, found = sampling.sample_draw(session, of.draw_id), defaultdict[tuple[str, str], Counter[str]](Counter)
    for group in draw.receipt["groups"] if draw else ():
        number = sum(group["n"].values())
        both = f"{group['area']} / {group['employment']}"
        for key in (("all", ALL), ("area", group["area"]), ("area_employment", both)):
            found[key]["drawn"] += number
            found[key]["drawn_of_several"] += number if len(group["law_types"]) > 1 else 0
    return {key: dict(counts) for key, counts in found.items()}


def _design(shape: Shape) -> Row:
    """Return how the cases of an audit were chosen."""
    strata = ("area_employment" if shape.employment else "area") if shape.unequal else "all"
    return {"chances": "unequal" if shape.unequal else "equal", "strata": strata, "cases_each": shape.cases}


def _margin(by: str, known: Mapping[str, int] | None, cases: Sequence[Row]) -> Iterator[Row]:
    audited: dict[str, set[str]] = defaultdict(set)
    for row in cases:
        audited[row[by]].add(row["practitioner"])
    for value in sorted({*(known or {}), *audited}):
        listed = None if known is None else known.get(value, 0)
        yield _stratum(by, value or UNKNOWN, listed, audited[value])


def _stratum(by: str, value: str, listed: int | None, audited: set[str]) -> Row:
    return stratum(by, value, listed, len(audited))


def stratum(by: str, value: str, listed: int | None, audited: int) -> Row:
    """Return a row of the practitioners in the list and those audited, with what one of these stands for."""
    weight = round(listed / audited, 6) if listed and audited else None
    return {"by": by, "value": value, "practitioners": listed, "audited": audited, "weight": weight}


def lists_of(session: Session, of: Audit, cases: Sequence[Row]) -> Lists:
    """Return what each code of an audit means."""
    document, kinds = document_of(of), kinds_now(session)
    areas = {a.code: a.name for a in session.scalars(select(ServiceArea).order_by(ServiceArea.position))}

    def there(column: str, called: Kinds) -> dict[str, str]:
        return {code: called.name(code) for code in sorted({row[column] for row in cases if row[column]})}

    return Lists(
        **_of_document(document),
        areas={code: areas[code] for code in queries.area_order(session, of)},
        law_types=kinds.law_types.names(of.law_types),
        employment=there("employment", kinds.employment),
        bands=there("band", kinds.bands),
        documents=there("document_kind", kinds.document_kinds),
        origins={o.value: label for o, label in ORIGIN_LABELS.items()},
        decisions={d.value: label for d, label in DECISION_LABELS.items()},
        chosen={c.value: label for c, label in CHOSEN_BY_LABELS.items()},
        causes={c.value: label for c, label in CAUSE_LABELS.items()},
    )


def _of_document(document: ThresholdDocument) -> dict[str, dict[str, str]]:
    kinds = {"strengths": "strength", "learning": "learning"}
    facts = {f.code: f for f in document.facts_for(None)}
    answers: dict[str, list[str]] = defaultdict(list)
    for fact in facts.values():
        for answer in fact.answers:
            answers[answer.code].append(f"{fact.code}: {answer.label}")
    if CHILD_SEEN in facts and NOT_SEEN not in answers:
        answers[NOT_SEEN].append(f"{CHILD_SEEN}: not seen, and nobody says whether a reason is recorded")
    return {
        "scale": {level.code: level.label for level in document.scale},
        "degrees": {degree.code: degree.label for degree in document.improvement_degrees},
        "standards": {s.code: s.title for s in document.standards()},
        "practice_areas": {area.code: area.title for area in document.practice_areas},
        "facts": {code: fact.question for code, fact in facts.items()},
        "answers": {code: ", ".join(said) for code, said in answers.items()},
        "rules": {rule.id: rule.because for rule in document.grade_rules},
        **{name: {t.code: t.label for t in document.learning_themes if t.kind == k} for name, k in kinds.items()},
    }


def _everywhere(document: ThresholdDocument) -> dict[str, frozenset[str]]:
    return {
        "judgements": frozenset(s.code for s in document.standards() if s.law_types is None),
        "facts": frozenset(f.code for f in document.facts_for(None) if f.law_types is None),
        "themes": frozenset(t.code for t in document.learning_themes if t.law_types is None),
    }
