"""The pages of the audit tool, and what all of them hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.audit import queries
from app.audit.evidence.queries import Material
from app.audit.grading.draft import Draft, Remark
from app.audit.grading.guards import OnPage
from app.audit.grading.in_hand import CaseInHand, Prepared
from app.audit.grading.progress import Progress, Task, progress_of, tasks_of
from app.audit.grading.queries import Around, around
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.audit.thresholds.document import Fact, LearningTheme, PracticeArea, Standard, ThresholdDocument
from app.audit.thresholds.proposing import Proposed, proposed
from app.people.queries import kinds_now
from app.web.pages import Filled, Page
from app.web.routing import Visit


@dataclass(frozen=True, kw_only=True)
class AssessPage(Page):
    """The task list of a case's assessment, or the button that starts it."""

    template: ClassVar[str] = "audit/grading/assess.html"
    case: AuditCase
    document: ThresholdDocument
    law_type: str
    draft: Draft | None
    tasks: Sequence[Task]
    # What keeps the person from the case, in a sentence.
    barred: str
    # Whether it is a blind second grade.
    second: bool


def assess_page_of(visit: Visit, case: AuditCase, draft: Draft | None, *, barred: str, second: bool) -> AssessPage:
    """Return the task list of a draft, or the button that starts it."""
    return AssessPage(
        title=f"Case {case.case_ref}",
        case=case,
        document=library_queries.document_of(case.audit),
        law_type=kinds_now(visit.session).law_types.name(case.law_type),
        draft=draft,
        tasks=tasks_of(draft) if draft else (),
        barred=barred,
        second=second,
    )


@dataclass(frozen=True, kw_only=True)
class ToolPage(Page):
    """A page of the audit tool, with the progress beside it."""

    case: AuditCase | CaseInHand
    law_type: str
    draft: Draft
    progress: Progress
    around: Around
    form: Filled
    here: str
    # What is worth a second look on this page; after saving, with the (address, name) to go on to.
    remarks: Sequence[Remark]
    go_on: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class StandardsPage(ToolPage):
    """The standards of one practice area."""

    template: ClassVar[str] = "audit/grading/standards.html"
    # Its code, and all of the case with their standards.
    area: str
    areas: Sequence[tuple[PracticeArea, Sequence[Standard]]]
    # The codes of the case's standards that lack nothing.
    done: Sequence[str]
    standards: Sequence[Standard]
    first: int
    count: int
    # Where in the file an assistant found it.
    reference: Prepared | None
    names: Mapping[int, str]
    # What evidence is written with.
    material: Material
    # By standard, what of its evidence is reused as it was, in words; empty where nothing is.
    reused: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FactsPage(ToolPage):
    """The factual questions."""

    template: ClassVar[str] = "audit/grading/facts.html"
    facts: Sequence[Fact]
    # By fact: who prepared it, and what to do with that; and what the form says it has shown.
    notes: Mapping[str, str]
    seen: Sequence[str]


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """Strengths, or learning points: what the judgements propose first, then the others."""

    legend: str
    note: str
    proposed: Sequence[Proposed]
    others: Sequence[LearningTheme]


@dataclass(frozen=True, kw_only=True)
class ThemesPage(ToolPage):
    """Strengths and learning points."""

    template: ClassVar[str] = "audit/grading/themes.html"
    groups: Sequence[ThemeGroup]


def theme_groups(draft: Draft) -> list[ThemeGroup]:
    """Return strengths and learning points as a page shows them; nothing is ticked for anybody."""
    found = []
    for kind, legend, note in (
        ("strength", "Strengths", "strengths_note"),
        ("learning", "Learning points", "learning_note"),
    ):
        first = proposed(draft.document, draft.law_type, draft.judged, kind)
        known = {p.theme.code for p in first}
        others = [t for t in draft.document.themes_for(draft.law_type, kind) if t.code not in known]
        found.append(ThemeGroup(legend, note, first, others))
    return found


@dataclass(frozen=True, kw_only=True)
class GradePage(ToolPage):
    """The indicated grade, and the auditor's own."""

    template: ClassVar[str] = "audit/grading/grade.html"


def tool(visit: Visit, held: OnPage, here: str, form: Filled) -> dict[str, Any]:
    """Return what every page of the tool holds."""
    remarks = held.draft.remarks_on(f"{held.base}/{here}")
    saved = visit.query("saved") if visit.request.method == "GET" and remarks else ""
    go_on = next_part(held, here, saved) if saved in {"next", "list"} else None
    return {
        "case": held.case,
        "law_type": kinds_now(visit.session).law_types.short(held.case.law_type),
        "draft": held.draft,
        "progress": progress_of(held.draft),
        "around": around(visit.session, visit.viewer, held.case.id, held.draft.assessment.kind),
        "form": form,
        "here": here,
        "remarks": remarks,
        "go_on": go_on,
    }


def next_part(held: OnPage, here: str, then: str) -> tuple[str, str]:
    """Return the address and the name of the next part, or of the list."""
    if then == "list":
        return held.base, "the list of parts"
    tasks = tasks_of(held.draft)
    after = [t.link for t in tasks].index(f"{held.base}/{here}") + 1
    return (tasks[after].link, tasks[after].name) if after < len(tasks) else (held.draft.check, "Check your answers")


def names_of_prepared(visit: Visit, held: OnPage) -> dict[int, str]:
    """Return the names of those who prepared a case."""
    return queries.names(visit.session, frozenset(p.by_id for p in held.draft.prepared))
