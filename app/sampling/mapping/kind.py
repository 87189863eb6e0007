"""The fields of a filing as an export may have them: words for headings and values, and the codes that are known. Pure.

What may stand in a field is taken from columns.py and from what the audit allows, never said again here.
"""

from collections.abc import Container, Mapping

from app.mapping.kinds import CODE, DAY, IDENTIFIER, Field, Kind, plain
from app.mapping.profile import LATEST, REFUSE
from app.people.kinds import IN_EXPORTS, UNBANDED, Kinds
from app.sampling.columns import NO_BANDS, Allowed

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


def filings_kind(
    allowed: Allowed, *, area_names: Mapping[str, str] | None = None, law_names: Mapping[str, str] | None = None
) -> Kind:
    """Return the fields of a filing, with what an audit allows; areas and law types under the names they have."""
    areas = {code: (area_names or {}).get(code, code) for code in allowed.areas}
    laws = {code: (law_names or {}).get(code, code) for code in allowed.law_types}
    staff, documents = allowed.kinds.employment, allowed.kinds.document_kinds
    bands = allowed.missing_band != NO_BANDS
    codes = {
        "service_area": areas,
        "law_type": laws,
        "performance_band": {band: band for band in allowed.bands},
        "employment": {kind.code: kind.name for kind in staff.open},
        "document_kind": {kind.code: kind.name for kind in documents.open},
    }
    words = {
        "service_area": {plain(name): code for code, name in areas.items()},
        "law_type": {**_words(allowed.kinds.law_types, laws), **{plain(n): c for c, n in laws.items()}},
        "employment": {**_words(staff, codes["employment"]), "": staff.usual},
        "document_kind": {**_words(documents, codes["document_kind"]), "": documents.usual},
    }
    new = {"service_area": True, "performance_band": not allowed.bands}
    no_band = UNBANDED if bands else ""
    absent = {"employment": staff.usual, "document_kind": documents.usual, "performance_band": no_band}
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
            blank=no_band if name == "performance_band" else "",
        )
        for name in CALLED
    ]
    return Kind("filings", fields, SEVERAL)


def _words(of: Kinds, codes: Container[str]) -> dict[str, str]:
    """Return the code of every way in which case systems name some kinds."""
    said = [(word, kind.code) for kind in of for word in (*kind.words, *IN_EXPORTS.get(kind.code, ()))]
    return {plain(word): code for word, code in said if code in codes}
