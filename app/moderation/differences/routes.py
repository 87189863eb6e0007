"""Routes of a difference between a first and a second grade: both sheets side by side, and its resolution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import CAUSE_LABELS, OUTCOME_LABELS, BenchmarkOutcome, BenchmarkState, ReadingSource
from app.audit.grading.draft import Draft, draft_of
from app.audit.library.queries import document_of
from app.audit.models import Assessment, AuditCase, Benchmark
from app.audit.queries import names
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.wording.models import ClauseReading
from app.audit.wording.queries import readings_from
from app.errors import Conflict
from app.moderation.differences.actions import Resolution, resolve, situation_of_difference, why_not_changed
from app.moderation.differences.forms import ResolveForm, readings_sent
from app.people.enums import Role
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.web.second_look import look_again

router = Router()


def _difference(visit: Visit) -> Benchmark:
    return benchmark_queries.compared(visit.session, visit.viewer, visit.number("benchmark_id"))


difference = Guard("the audit lead and the director, on a second grade that is submitted and differs", _difference)


@dataclass(frozen=True, slots=True)
class Compared:
    """A standard as two people judged it."""

    standard: Standard
    first: Mapping[str, str]
    second: Mapping[str, str]

    @property
    def differs(self) -> bool:
        """Say whether the two judged it differently."""
        return self.first["level"] != self.second["level"]


@dataclass(frozen=True, kw_only=True)
class DifferencePage(Page):
    """Two grades of one case: both sheets by standard, those that differ first, and how the difference was resolved."""

    template: ClassVar[str] = "moderation/differences/difference.html"
    case: AuditCase
    benchmark: Benchmark
    document: ThresholdDocument
    first: Assessment
    second: Assessment
    compared: Sequence[Compared]
    names: Mapping[int, str]
    is_lead: bool
    refusal: str | None
    fixed: str | None
    outcomes: Sequence[tuple[str, str]]
    causes: Sequence[tuple[str, str]]
    # What was found of each standard that was judged differently, once the difference is resolved.
    readings: Mapping[str, ClauseReading]
    form: Filled


def _side(draft: Draft, standard: Standard) -> dict[str, str]:
    row = draft.judgements.get(standard.code)
    if row is None:
        return {"level": "", "degree": "", "evidence": "", "words": "Not judged"}
    words = "Set aside" if row.set_aside else draft.document.label(row.judgement) if row.judgement else "Not judged"
    degree = draft.document.degree_label(row.degree) if row.degree and not row.set_aside else ""
    return {
        "level": words if row.set_aside else row.judgement,
        "degree": degree,
        "evidence": row.evidence,
        "words": words,
    }


def _differing(of: Benchmark) -> list[tuple[Standard, str, str]]:
    """Return the standards that both judged, and differently, with both levels; empty for set aside."""
    if of.first is None or of.second is None:
        return []
    document = document_of(of.case.audit)
    one, two = ({j.standard: "" if j.set_aside else j.judgement for j in a.judgements} for a in (of.first, of.second))
    standards = document.standards_for(of.case.law_type)
    both = [(s, one[s.code], two[s.code]) for s in standards if s.code in one and s.code in two]
    return [(s, a, b) for s, a, b in both if a != b]


def _page(visit: Visit, of: Benchmark, form: Filled) -> DifferencePage:
    first, second = of.first, of.second
    if first is None or second is None:
        raise Conflict("The two grades have not been compared yet. Come back when the second is submitted.")
    ours, theirs = draft_of(of.case, first), draft_of(of.case, second)
    compared = [Compared(s, _side(ours, s), _side(theirs, s)) for s in ours.document.standards_for(of.case.law_type)]
    people = frozenset(p for p in (first.author_id, second.author_id, of.resolved_by) if p)
    return DifferencePage(
        title="Two grades that differ",
        case=of.case,
        benchmark=of,
        document=ours.document,
        first=first,
        second=second,
        compared=sorted(compared, key=lambda c: not c.differs),
        names=names(visit.session, people),
        is_lead=visit.viewer.has(Role.LEAD, audit=of.case.audit.ref),
        refusal=BENCHMARK.refusal("resolve", of, situation_of_difference(visit.session, of, visit.viewer))
        if of.state is BenchmarkState.DIFFERS
        else None,
        fixed=why_not_changed(visit.session, of.case),
        outcomes=list(OUTCOME_LABELS.items()),
        causes=list(CAUSE_LABELS.items()),
        readings=readings_from(visit.session, ReadingSource.SECOND_GRADE, of.id),
        form=form,
    )


@router.get("/benchmarks/{benchmark_id}", difference)
def difference_page(visit: Visit, of: Benchmark) -> Response:
    """Show both sheets, and ask for the resolution."""
    return visit.render(_page(visit, of, Filled()))


def _faults(visit: Visit, of: Benchmark, sent: ResolveForm) -> dict[str, str]:
    document, standing, found = document_of(of.case.audit), of.case.standing_grade, {}
    grade = _grade(of, sent)
    if sent.outcome is BenchmarkOutcome.OTHER and grade not in {level.code for level in document.scale}:
        found["grade"] = "Choose the grade that stands"
    elif sent.outcome is BenchmarkOutcome.OTHER and of.second is not None and grade == of.second.grade:
        found["outcome"] = (
            "That is the second grade: choose that the benchmark is adopted, so that its judgements stand"
        )
    elif sent.outcome is not BenchmarkOutcome.FIRST and grade == standing:
        found["outcome"] = f"{document.label(standing or '')} is the standing grade already, so choose that it stays"
    elif grade != standing and (fixed := why_not_changed(visit.session, of.case)):
        found["outcome"] = fixed
    return found


def _grade(of: Benchmark, sent: ResolveForm) -> str:
    if sent.outcome is BenchmarkOutcome.OTHER:
        return sent.grade
    second = of.second.grade if of.second else None
    return (second if sent.outcome is BenchmarkOutcome.BENCHMARK else of.case.standing_grade) or ""


@router.post("/benchmarks/{benchmark_id}", difference.making(BENCHMARK["resolve"]))
def resolve_difference(visit: Visit, of: Benchmark) -> Response:
    """Record how the difference is resolved."""
    if refusal := BENCHMARK.refusal("resolve", of, situation_of_difference(visit.session, of, visit.viewer)):
        raise Conflict(refusal)
    sent, form = fill(ResolveForm, visit.form)
    readings, missing = readings_sent(_differing(of), visit.form, visit.sent("cause"))
    faults = _faults(visit, of, sent) if sent is not None else {}
    form = look_again(visit, form, ["resolution"], {**faults, **missing})
    if sent is None or form.errors:
        return visit.render(_page(visit, of, form), status=422)
    found = Resolution(sent.outcome, _grade(of, sent), sent.cause, sent.resolution, readings)
    resolve(visit.session, of, found, by=visit.viewer)
    grade = document_of(of.case.audit).label(of.case.standing_grade or "")
    said = f"The difference is resolved. The grade of case {of.case.case_ref} is {grade}."
    return visit.redirect(f"/benchmarks/{of.id}", said)
