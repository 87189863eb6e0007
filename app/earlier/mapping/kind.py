"""The fields of an earlier audit's results as a file may have them: words for headings and values. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from app.audit.thresholds.document import ThresholdDocument
from app.earlier.reading import NEEDED, NOT_APPLICABLE, OPTIONAL, SEEN_COLUMN
from app.mapping.kinds import CODE, DAY, IDENTIFIER, Field, Kind, plain
from app.mapping.profile import Profile
from app.people.kinds import IN_EXPORTS, Kinds, KindsOfWork
from app.report.cases.queries import seen_asked

KIND = "results"
# What stands for a blank: no value of a file is it, and in our own columns it is one.
NOTHING = "nothing"
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "case_id": ("case no", "case number", "case reference", "case ref", "case", "file number", "reference"),
    "practitioner_id": (
        "worker id",
        "worker",
        "practitioner",
        "staff id",
        "employee number",
        "officer id",
        "staff number",
    ),
    "service_area": ("area", "team", "region", "office", "area name", "team area", "area code"),
    "law_type": ("case type", "type of law", "type of case", "proceedings", "law"),
    "document_type": ("document", "document kind", "kind of document", "report type", "type of document"),
    "filing_date": ("date filed", "filed on", "filed", "date submitted", "document date"),
    "performance_band": ("band", "perf band", "performance", "rating", "performance rating"),
    "employment": ("contract", "contract type", "employment type", "staff type"),
    "auditor_id": ("auditor", "audited by", "grader", "reviewer", "graded by"),
    "audit_date": ("date audited", "audited on", "date of audit", "graded on", "date graded"),
    "first_grade": ("initial grade", "grade at first", "auditor grade", "original grade", "grade before moderation"),
    "final_grade": ("final", "agreed grade", "moderated grade", "overall grade", "grade after moderation", "grade"),
    "children_seen": ("child seen", "were children seen", "seen", "children seen by practitioner"),
    "not_seen_reason_recorded": ("reason recorded", "reason not seen recorded", "reason for not seeing recorded"),
    "benchmark_lead_grade": ("lead grade", "second grade lead", "benchmark lead", "grade of the lead"),
    "benchmark_independent_grade": ("independent grade", "second grade independent", "benchmark independent"),
    "returned_to_area": ("returned", "sent back", "back to area", "returned to team"),
    "challenged": ("challenge", "was challenged", "appealed"),
    "challenge_outcome": ("outcome of challenge", "result of challenge", "appeal outcome"),
    "adjudicated": ("adjudication", "was adjudicated", "taken further"),
    "adjudication_outcome": ("outcome of adjudication", "result of adjudication"),
    "referral_needed": ("referral", "further action needed", "needs referral"),
    "referral_reason": ("reason for referral", "further action reason"),
    "strengths": ("strength", "strength codes", "what went well"),
    "learning_points": ("learning", "learning codes", "learning point codes"),
}
_CALLED = {"case_id": "Case reference", "practitioner_id": "Practitioner", "auditor_id": "Auditor"}
_GRADES = ("first_grade", "final_grade", "benchmark_lead_grade", "benchmark_independent_grade")
_YES_NO = ("not_seen_reason_recorded", "returned_to_area", "challenged", "adjudicated", "referral_needed")
_OUTCOMES = ("challenge_outcome", "adjudication_outcome")
_DAYS = ("filing_date", "audit_date")
_NOUNS = {
    "case_id": "case",
    "practitioner_id": "practitioner",
    "filing_date": "date",
    "audit_date": "date",
} | dict.fromkeys(_GRADES, "grade")
# Fields with the same words: what a word is, is decided once for all of them.
_ALIKE = (_GRADES, _YES_NO, _OUTCOMES)
_YES = {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}
Words = Mapping[str, str]


def results_kind(document: ThresholdDocument, kinds: KindsOfWork, areas: Words) -> Kind:
    """Return the fields of a result: grades of a document's scale, kinds of work, and areas under their names."""
    needed = {*NEEDED, *([SEEN_COLUMN] if seen_asked(document, kinds.law_types.codes) else [])}
    codes, words = _codes(document, kinds, areas), _words(document, kinds, areas)
    fields = [_field(name, codes, words, needed=name in needed) for name in _HEADINGS]
    return Kind(KIND, fields, wanted="a file of results")


def _field(name: str, codes: Mapping[str, Words], words: Mapping[str, Words], *, needed: bool) -> Field:
    may_lack = name in OPTIONAL or name == SEEN_COLUMN
    blank = {} if name in NEEDED else {NOTHING: "nothing"}
    called = _CALLED.get(name, name.replace("_", " ").capitalize())
    return Field(
        name,
        called,
        DAY if name in _DAYS else CODE if name in codes else IDENTIFIER,
        _HEADINGS[name],
        codes={**codes[name], **blank} if name in codes else {},
        words={**words.get(name, {}), **({"": NOTHING} if blank else {})},
        new=name in {"service_area", "performance_band"},
        absent="" if may_lack and not needed else None,
        noun=_NOUNS.get(name, called.lower()),
    )


def _codes(document: ThresholdDocument, kinds: KindsOfWork, areas: Words) -> Mapping[str, Words]:
    grades = {level.code: level.label for level in document.scale}
    yes_no = {"yes": "Yes", "no": "No"}
    outcomes = {"unchanged": "Unchanged", **{f"agreed_{code}": f"Agreed: {x}" for code, x in grades.items()}}
    outcomes |= {f"regraded_to_{code}": f"Re-graded to {x}" for code, x in grades.items()}
    seen = {"seen": "Seen", "not_seen": "Not seen", "unclear": "Unclear", NOT_APPLICABLE: "Does not apply"}
    return {
        "service_area": areas,
        "law_type": kinds.law_types.shorts(kinds.law_types.codes),
        "document_type": kinds.document_kinds.shorts(kinds.document_kinds.codes),
        "performance_band": kinds.bands.shorts(kinds.bands.codes),
        "employment": kinds.employment.shorts(kinds.employment.codes),
        SEEN_COLUMN: seen,
        **dict.fromkeys(_GRADES, grades),
        **dict.fromkeys(_YES_NO, yes_no),
        **dict.fromkeys(_OUTCOMES, outcomes),
    }


def _words(document: ThresholdDocument, kinds: KindsOfWork, areas: Words) -> Mapping[str, Words]:
    agreed = {plain(f"agreed {x.label}"): f"agreed_{x.code}" for x in document.scale}
    labels = {plain(x.label): x.code for x in document.scale}
    regraded = {plain(f"regraded to {x.label}"): f"regraded_to_{x.code}" for x in document.scale}
    return {
        "service_area": {plain(name): code for code, name in areas.items()},
        "law_type": _of(kinds.law_types),
        "document_type": _of(kinds.document_kinds),
        "performance_band": _of(kinds.bands),
        "employment": _of(kinds.employment),
        SEEN_COLUMN: {"yes": "seen", "no": "not_seen", "na": NOT_APPLICABLE},
        **dict.fromkeys(_GRADES, labels),
        **dict.fromkeys(_YES_NO, _YES),
        **dict.fromkeys(_OUTCOMES, agreed | regraded),
    }


def _of(kinds: Kinds) -> Words:
    return {plain(word): kind.code for kind in kinds for word in (*kind.words, *IN_EXPORTS.get(kind.code, ()))}


def decided_alike(profile: Profile) -> Profile:
    """Return a mapping in which what a word became in one field holds for the fields with the same words, too."""
    values = dict(profile.values)
    for alike in _ALIKE:
        every = {k: v for name in reversed(alike) for k, v in values.get(name, {}).items() if v not in {None, NOTHING}}
        for name in alike:
            if name in profile.columns:
                values[name] = {**every, **values.get(name, {})}
    return replace(profile, values=values)
