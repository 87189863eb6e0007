"""What stands on a case's page for supervision. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from textwrap import shorten

from app.audit.standing.better import Better, below_best, worst_first
from app.audit.thresholds.document import ThresholdDocument
from app.clock import day
from app.documents import SHORT
from app.improvement.told import line_of
from app.labels import plural
from app.moderation.sheets.models import CaseSheet
from app.people.kinds import KindsOfWork
from app.report.packs.cases import PackCase

# So many standards stand on the first page.
ON_THE_FIRST = 6
# Evidence is shortened to what a page holds; the whole stands on the case's page.
EVIDENCE, EVIDENCE_OF_MANY, MANY, EVIDENCE_OVERLEAF = 420, 240, 3, 110
LONGEST_WORDS, LONGEST_NOTE = 900, 300
MOST_THEMES = 6


@dataclass(frozen=True, slots=True)
class Below:
    """A standard below the best level, as the page prints it."""

    title: str
    critical: bool
    stands: str
    said: str
    best: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page for supervision: everything that it says, in words."""

    title: str
    facts: Sequence[tuple[str, str]]
    grade: str
    decided: Sequence[str]
    best: str
    first: Sequence[Below]
    more: Sequence[Below]
    strengths: Sequence[str]
    learning: Sequence[str]
    # What the practitioner shares; empty where there is space to write.
    words: str
    agreed: str
    due: str
    discussed: str
    made_on: str

    @property
    def identifier(self) -> str:
        """Return twelve characters that change with anything that it says, but not with the day on which it is made."""
        said = {**asdict(self), "made_on": ""}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:SHORT]

    @property
    def heading(self) -> str:
        """Return what stands over the standards."""
        count = len(self.first) + len(self.more)
        if not count:
            return f"Every standard that was judged is at {self.best}"
        said = f"{plural(count, 'standard')} below {self.best}"
        return f"{said}; {plural(len(self.more), 'more', 'more')} overleaf" if self.more else said


def sheet_of(
    of: PackCase, document: ThresholdDocument, kept: CaseSheet | None, words: str, *, kinds: KindsOfWork, on: date
) -> Sheet:
    """Return a case's page for supervision; `words` are what its practitioner shares."""
    case = of.case
    found = worst_first(below_best(document, case.law_type, of.standing))
    room = EVIDENCE if len(found) <= MANY else EVIDENCE_OF_MANY
    filed = f", filed {day(case.filed_on)}" if case.filed_on else ""
    note = of.assessment
    return Sheet(
        title=f"Case {case.case_ref}",
        facts=(
            ("Law type", kinds.law_types.short(case.law_type)),
            ("Document", kinds.document_kinds.name(case.document_kind) + filed),
            ("Audit", case.audit.name),
            ("Threshold document", case.audit.threshold.name),
        ),
        grade=document.label(of.final),
        decided=line_of(of, document),
        best=document.best.label,
        first=[_below(one, room) for one in found[:ON_THE_FIRST]],
        more=[_below(one, EVIDENCE_OVERLEAF) for one in found[ON_THE_FIRST:]],
        strengths=_themes(of, document, "strength", note.strengths_note if note else ""),
        learning=_themes(of, document, "learning", note.learning_note if note else ""),
        words=shorten(words, LONGEST_WORDS, placeholder=" …"),
        agreed=kept.agreed if kept else "",
        due=day(kept.due) if kept else "",
        discussed=_discussed(kept),
        made_on=day(on),
    )


def _below(of: Better, room: int) -> Below:
    degree = of.degree or ("no improvement needed" if of.stands.degree else "improvement needed: not recorded")
    return Below(
        of.standard.title,
        of.standard.critical,
        f"{of.level}, {degree[:1].lower()}{degree[1:]}",
        of.found,
        of.wanted,
        shorten(of.stands.evidence, room, placeholder=" …"),
    )


def _themes(of: PackCase, document: ThresholdDocument, kind: str, note: str) -> list[str]:
    found = [t.label for t in document.learning_themes if t.kind == kind and t.code in of.themes]
    shown, rest = found[:MOST_THEMES], len(found) - MOST_THEMES
    more = [f"and {rest} more on the case’s page"] if rest > 0 else []
    return [*shown, *more, *([shorten(note, LONGEST_NOTE, placeholder=" …")] if note else [])]


def _discussed(kept: CaseSheet | None) -> str:
    if kept is None:
        return ""
    return f"{day(kept.discussed_on)}{f', {kept.discussed_by}' if kept.discussed_by else ''}"
