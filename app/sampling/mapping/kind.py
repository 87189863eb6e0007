"""The fields of a filing as an export may have them: words for headings and values, and the codes that are known. Pure.

What may stand in a field is taken from columns.py and from what the audit allows, never said again here.
"""

from collections.abc import Mapping

from app.mapping.kinds import CODE, DAY, IDENTIFIER, Field, Kind, plain
from app.mapping.profile import LATEST, REFUSE
from app.sampling.columns import DOCUMENT_KINDS, EMPLOYMENT, LAW_WORDS, UNBANDED, Allowed

_EMPLOYMENT_WORDS = {
    "employed": ("perm", "permanent", "permanent staff", "employee", "staff", "substantive", "fixed term", "fte"),
    "agency": ("agency worker", "agency staff", "locum", "temp", "temporary agency"),
}
_DOCUMENT_WORDS = {
    "report": ("section 7 report", "s7 report", "s7", "final analysis", "case analysis", "final report", "reports"),
    "safeguarding_letter": ("safeguarding letter", "safeguarding", "sgl", "letter"),
    "position_statement": ("position statement", "position"),
    "other": ("other document",),
}
_HEADINGS = {
    "case_ref": (
        "case no",
        "case number",
        "case reference",
        "case id",
        "case",
        "file number",
        "reference",
        "case ref no",
    ),
    "practitioner_id": (
        *("worker id", "practitioner", "staff id", "employee number", "employee id", "worker", "payroll number"),
        *("officer id", "user id", "fca id", "allocated worker", "practitioner number", "staff number"),
    ),
    "service_area": ("team area", "area", "team", "region", "office", "service", "area name", "location", "area code"),
    "law_type": (
        "case type",
        "law type",
        "type of law",
        "type of case",
        "proceedings",
        "application type",
        "work type",
    ),
    "performance_band": ("perf band", "band", "performance", "rating", "performance rating", "appraisal", "grade band"),
    "employment": ("contract", "contract type", "employment type", "employment status", "staff type", "worker type"),
    "filed_on": (
        *("date filed", "filed", "filing date", "filed date", "date submitted", "submitted", "date sent", "sent on"),
        *("document date", "filed at", "completed date", "date of filing"),
    ),
    "document_kind": ("document", "document type", "type of document", "report type", "doc type", "product"),
}
CALLED = {
    "case_ref": "Case reference",
    "practitioner_id": "Practitioner",
    "service_area": "Service area",
    "law_type": "Law type",
    "performance_band": "Performance band",
    "employment": "Employment",
    "filed_on": "Filed on",
    "document_kind": "Kind of document",
}
NOUNS = {
    "case_ref": "case",
    "practitioner_id": "practitioner",
    "service_area": "service area",
    "law_type": "law type",
    "performance_band": "performance band",
    "employment": "kind of employment",
    "filed_on": "date",
    "document_kind": "kind of document",
}
SEVERAL = {"service_area": LATEST, "performance_band": REFUSE, "employment": REFUSE}
DOCUMENT_LABELS = {code: code.replace("_", " ").capitalize() for code in DOCUMENT_KINDS}
EMPLOYMENT_LABELS = {code: code.capitalize() for code in EMPLOYMENT}


def filings_kind(
    allowed: Allowed, *, area_names: Mapping[str, str] | None = None, law_names: Mapping[str, str] | None = None
) -> Kind:
    """Return the fields of a filing, with what an audit allows; areas and law types under the names they have."""
    areas = {code: (area_names or {}).get(code, code) for code in allowed.areas}
    laws = {code: (law_names or {}).get(code, code) for code in allowed.law_types}
    codes = {
        "service_area": areas,
        "law_type": laws,
        "performance_band": {band: band for band in allowed.bands},
        "employment": EMPLOYMENT_LABELS,
        "document_kind": DOCUMENT_LABELS,
    }
    words = {
        "service_area": {plain(name): code for code, name in areas.items()},
        "law_type": {w: c for w, c in LAW_WORDS.items() if c in laws} | {plain(n): c for c, n in laws.items()},
        "employment": {**_by_word(_EMPLOYMENT_WORDS), "": EMPLOYMENT[0]},
        "document_kind": {**_by_word(_DOCUMENT_WORDS), "": DOCUMENT_KINDS[-1]},
    }
    new = {"service_area": True, "performance_band": not allowed.bands}
    absent = {"employment": EMPLOYMENT[0], "document_kind": DOCUMENT_KINDS[-1], "performance_band": UNBANDED}
    fields = [
        Field(
            name,
            CALLED[name],
            {"case_ref": IDENTIFIER, "practitioner_id": IDENTIFIER, "filed_on": DAY}.get(name, CODE),
            _HEADINGS[name],
            codes=codes.get(name, {}),
            words=words.get(name, {}),
            new=new.get(name, False),
            absent=absent.get(name),
            noun=NOUNS[name],
            blank=UNBANDED if name == "performance_band" else "",
        )
        for name in CALLED
    ]
    return Kind("filings", fields, SEVERAL)


def _by_word(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(word): code for code, many in words.items() for word in many}
