"""A draft assessment as its pages see it: what is answered, what is missing, what the rules indicate. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.audit.enums import TOOL_BASES, AssessmentKind, PreparedKind
from app.audit.evidence.emptiness import says_too_little
from app.audit.evidence.reuse import SUFFIX, marks_of, said, told
from app.audit.grading.in_hand import Answers, Held, JudgedRow, Prepared
from app.audit.library.queries import document_of
from app.audit.models import Assessment, AuditCase, Decision, Judgement
from app.audit.standing.better import Better, below_best
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.rules import StandingJudgement, standing_judgements
from app.audit.thresholds.document import SET_ASIDE, Fact, Standard, ThresholdDocument
from app.audit.thresholds.indication import Indication, Judged, fact_prompts, indicate, prompts, unanswered
from app.web.personal import personal_details, warning

CALLED = {
    "strengths_note": "The note on strengths",
    "learning_note": "The note on learning points",
    "grade": "Your grade",
    "departure_reason": "The reason for your grade",
}

PAGES = {"strengths_note": "themes", "learning_note": "themes", "grade": "grade", "departure_reason": "grade"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that has to be answered before the assessment can be submitted."""

    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth a second look before submitting; it never keeps anybody from going on."""

    sentence: str
    page: str
    field: str
    # The other page, if what is said is about two answers.
    also: str = ""

    def is_on(self, page: str) -> bool:
        """Say whether it is about something on a page."""
        return page in {self.page, self.also}

    @property
    def link(self) -> str:
        """Return the address of the field."""
        return f"{self.page}#{self.field}"


@dataclass(frozen=True)
class Draft:
    """An assessment with the document and the law type that it is made for."""

    case_id: int
    law_type: str
    # The rows themselves, or their columns as a page of the tool reads them.
    assessment: Assessment | Answers
    document: ThresholdDocument
    # What assistants prepared for the case.
    prepared: Sequence[Prepared] = ()
    # What decisions settled of its standards since it was submitted.
    decided: Sequence[DecidedJudgement] = ()

    @property
    def base(self) -> str:
        """Return the address of the tool in which it is made."""
        return f"/cases/{self.case_id}/{TOOL_BASES[self.assessment.kind]}"

    @property
    def check(self) -> str:
        """Return the address at which it is checked and submitted."""
        return f"/cases/{self.case_id}/check" if self.assessment.kind is AssessmentKind.FIRST else f"{self.base}/check"

    @cached_property
    def judgements(self) -> Mapping[str, Judgement | JudgedRow]:
        """Return the judgements by standard."""
        return {j.standard: j for j in self.assessment.judgements}

    @cached_property
    def facts(self) -> Mapping[str, Sequence[str]]:
        """Return the answers by fact."""
        return {f.fact: f.answers for f in self.assessment.facts}

    @cached_property
    def prepared_facts(self) -> Mapping[str, Prepared]:
        """Return what was prepared of the factual questions, by fact."""
        asked = {f.code for f in self._facts}
        return {p.code: p for p in self.prepared if p.kind is PreparedKind.FACT and p.answers and p.code in asked}

    @cached_property
    def unconfirmed(self) -> Mapping[str, Prepared]:
        """Return what was prepared, or changed, since the author last checked it against the file."""
        checked = {f.fact: f.prepared_at for f in self.assessment.facts}
        return {code: p for code, p in self.prepared_facts.items() if checked.get(code) != p.at}

    @cached_property
    def judged(self) -> Mapping[str, Judged]:
        """Return the judgements as the rules want them."""
        return {code: Judged(j.judgement, j.degree, j.set_aside) for code, j in self.judgements.items()}

    @cached_property
    def standing(self) -> Mapping[str, StandingJudgement]:
        """Return what stands of each standard, by its code: what its author judged, or what a decision made of it."""
        return standing_judgements(self.assessment.judgements, self.decided)

    @cached_property
    def better(self) -> Sequence[Better]:
        """Return what would have made each standard that stands below the best level the best."""
        return below_best(self.document, self.law_type, self.standing)

    @cached_property
    def standing_judged(self) -> Mapping[str, Judged]:
        """Return the same as the rules want it.

        Where a decision did not record a degree, a standard at the best level needs no improvement, and at any other
        the auditor's degree counts for the rules; neither is ever said to have been decided.
        """
        return {code: self._judged(s) for code, s in self.standing.items()}

    def _judged(self, of: StandingJudgement) -> Judged:
        if of.degree is not None or of.first is None:
            return Judged(of.level, of.degree or "", of.set_aside)
        best = self.document.best.code
        stays = of.level == of.first_level or of.level != best
        return Judged(of.level, of.first.degree if stays else self.document.improvement_degrees[0].code, of.set_aside)

    def reused(self, standard: str) -> str:
        """Return in words what of the evidence for a standard is reused as it was, empty where nothing is."""
        row = self.judgements.get(standard)
        return said(marks_of(row.reused), self._titles) if row and row.reused else ""

    @cached_property
    def was_reused(self) -> Mapping[str, str]:
        """Return in words what was reused in the evidence, by standard."""
        return {c: told(marks_of(j.reused), self._titles) for c, j in self.judgements.items() if j.reused}

    @property
    def _titles(self) -> Mapping[str, str]:
        return {s.code: s.title for s in self.document.standards()}

    def before(self, decision: Decision | None) -> "Draft":
        """Return the same as it stood before a decision."""
        if decision is None:
            return self
        return replace(self, decided=[d for d in self.decided if d.decision_id < decision.id])

    @cached_property
    def indication(self) -> Indication | None:
        """Return the indicated grade, or None until every judged standard is complete."""
        return indicate(self.document, self.law_type, self.judged)

    @property
    def indicated(self) -> tuple[str, str] | None:
        """Return the indicated grade and the rule that gives it, as they are kept."""
        return (self.indication.grade, self.indication.rule) if self.indication else None

    @property
    def unjudged(self) -> int:
        """Return how many standards keep the rules from being read."""
        return len(unanswered(self.document, self.law_type, self.judged))

    @cached_property
    def remarks(self) -> Sequence[Remark]:
        """Return what is worth a second look, in the order of the tool."""
        return tuple(self._remarks())

    def remarks_on(self, page: str) -> Sequence[Remark]:
        """Return what is worth a second look on one page of the tool."""
        return [remark for remark in self._remarks(page) if remark.is_on(page)]

    def _remarks(self, only: str = "") -> Iterator[Remark]:
        """Yield remarks; with `only` at least those on that page, as every save and every page asks for one's alone."""
        base, facts = self.base, f"{self.base}/facts"
        texts: list[tuple[str, str, str]] = []
        for area, standards in self.document.practice_areas_for(self.law_type):
            page = f"{base}/standards/{area.code}"
            # A prompt about a fact is on the page of the facts too.
            if only and only not in (page, facts):
                continue
            for standard in standards:
                row = self.judgements.get(standard.code)
                if row:
                    yield from self._remarks_of(standard, row, page, only)
                    texts.append((f"{standard.code}-evidence", row.evidence, page))
        for field, text, page in (*texts, *self._texts(only)):
            if not only or only == page:
                sentence = warning(self.what(field), text) if personal_details(text) else None
                if sentence:
                    yield Remark(sentence, page, field)

    def _remarks_of(self, standard: Standard, row: Judgement | JudgedRow, page: str, only: str) -> Iterator[Remark]:
        """Yield what is worth a second look of a judgement, besides personal details."""
        judged = Judged(row.judgement, row.degree, row.set_aside)
        if unusual := prompts(self.document, judged):
            yield Remark(f"{standard.title}: {unusual}", page, f"{standard.code}-degree")
        for prompt in fact_prompts(self.document, self.law_type, standard, judged, self.facts):
            yield Remark(prompt, page, f"{standard.code}-judgement", also=f"{self.base}/facts")
        # Before submitting it is among what is missing.
        little = says_too_little(self.document, standard, row.evidence) if only else None
        if little:
            yield Remark(f"{little}. It cannot be submitted like this", page, f"{standard.code}-evidence")

    def _texts(self, only: str) -> Iterator[tuple[str, str, str]]:
        """Yield the texts besides evidence, those of one page or all: the field, what stands there, and its page."""
        if only.startswith(f"{self.base}/standards/"):
            return
        for f in self.document.facts_for(self.law_type):
            if f.kind == "text":
                yield f"fact-{f.code}", "\n".join(self.facts.get(f.code, ())), f"{self.base}/facts"
        for field, page in (("strengths_note", "themes"), ("learning_note", "themes"), ("departure_reason", "grade")):
            yield field, getattr(self.assessment, field), f"{self.base}/{page}"

    @cached_property
    def fields(self) -> Collection[str]:
        """Return the fields that the tool has for this assessment."""
        return {*self.document.choices_for(self.law_type), *(f"fact-{fact.code}" for fact in self._facts)}

    def what(self, field: str) -> str:
        """Return how a person calls a field of the tool."""
        if field.startswith("fact-"):
            return f"The answer to ‘{next((f.question for f in self._facts if f'fact-{f.code}' == field), field)}’"
        if field.startswith("theme-"):
            return "The strength or learning point"
        code, _, column = field.rpartition("-")
        if code:
            said = {"judgement": "The judgement", "degree": "The improvement needed", "evidence": "The evidence"}
            said["reused"] = "What is reused in the evidence"
            return f"{said[column]} for ‘{self.document.standard(code).title}’"
        return CALLED[field]

    def link_to(self, field: str) -> str:
        """Return the address of a field on its page; of one that the tool does not have here, that of its list."""
        if field.endswith(SUFFIX):
            field = f"{field.removesuffix(SUFFIX)}-evidence"
        for area, standards in self.document.practice_areas_for(self.law_type):
            if any(field.startswith(f"{standard.code}-") for standard in standards):
                return f"{self.base}/standards/{area.code}#{field}"
        page = "facts" if field.startswith("fact-") else "themes" if field.startswith("theme-") else PAGES.get(field)
        anchor = "themes" if field.startswith("theme-") else field
        return f"{self.base}/{page}#{anchor}" if page else self.base

    def in_words(self, field: str, value: str) -> str:
        """Return the value of a field as a person reads it."""
        if not field.endswith(("-judgement", "-degree")) and not field.startswith("fact-") and field != "grade":
            return value
        said = {SET_ASIDE: "Set aside", **{level.code: level.label for level in self.document.scale}}
        said |= {degree.code: degree.label for degree in self.document.improvement_degrees}
        if field.startswith("fact-"):
            said = {a.code: a.label for f in self._facts if f"fact-{f.code}" == field for a in f.answers}
        return "; ".join(said.get(v, v) for v in value.split("\n")) if said else value

    @property
    def _facts(self) -> Sequence[Fact]:
        return self.document.facts_for(self.law_type)

    def lacks(self, standard: Standard) -> list[tuple[str, str]]:
        """Return (field, sentence) for what a standard still lacks."""
        row = self.judgements.get(standard.code)
        if row is not None and row.evidence and (row.set_aside or (row.judgement and row.degree)):
            return []
        if row is not None and row.set_aside:
            return [("evidence", f"Say why ‘{standard.title}’ is set aside")]
        wanted = [
            ("judgement", f"Judge ‘{standard.title}’"),
            ("degree", f"Say how much improvement ‘{standard.title}’ needs"),
            ("evidence", f"Enter the evidence for ‘{standard.title}’"),
        ]
        return [(name, sentence) for name, sentence in wanted if row is None or not getattr(row, name)]

    def _too_little(self, standard: Standard) -> list[tuple[str, str]]:
        """Return (field, sentence) where evidence is there and says too little; a draft keeps it, and it counts."""
        row = self.judgements.get(standard.code)
        wrong = says_too_little(self.document, standard, row.evidence) if row else None
        return [("evidence", wrong)] if wrong else []

    def lacks_fact(self, fact: Fact) -> bool:
        """Say whether a factual question waits: for its answer, or for a check of what was prepared."""
        return fact.code in self.unconfirmed or (fact.kind != "text" and not self.facts.get(fact.code))

    @cached_property
    def missing(self) -> Sequence[Missing]:
        """Return everything that is missing, each with a link to where it is answered."""
        base = self.base
        found = [
            Missing(sentence, f"{base}/standards/{area.code}#{standard.code}-{name}")
            for area, standards in self.document.practice_areas_for(self.law_type)
            for standard in standards
            for name, sentence in (*self.lacks(standard), *self._too_little(standard))
        ]
        found += [
            Missing(
                f"{'Check what was prepared for' if fact.code in self.unconfirmed else 'Answer'} ‘{fact.question}’",
                f"{base}/facts#fact-{fact.code}",
            )
            for fact in self._facts
            if self.lacks_fact(fact)
        ]
        if not self.assessment.grade:
            found.append(Missing("Choose the grade of the case", f"{base}/grade#grade"))
        elif self.departs and not self.assessment.departure_reason:
            found.append(
                Missing("Say why your grade departs from the indicated grade", f"{base}/grade#departure_reason")
            )
        return found

    @property
    def departs(self) -> bool:
        """Say whether the auditor's grade differs from the indicated one."""
        return (
            self.indication is not None
            and bool(self.assessment.grade)
            and self.assessment.grade != self.indication.grade
        )


def draft_of(
    case: AuditCase,
    assessment: Assessment,
    prepared: Sequence[Prepared] = (),
    decided: Sequence[DecidedJudgement] = (),
) -> Draft:
    """Return a case's assessment as a draft, with what assistants prepared for it and what decisions made of it."""
    return Draft(case.id, case.law_type, assessment, document_of(case.audit), prepared, decided)


def draft_in(held: Held) -> Draft:
    """Return what somebody holds as a draft."""
    return Draft(held.case.id, held.case.law_type, held.answers, held.document, held.prepared)
