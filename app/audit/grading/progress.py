"""How far a draft is: the parts of the tool in order, each with its progress, and all of them beside a page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.audit.grading.draft import Draft


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the tool: where it is, how far it is, and whether it is complete."""

    name: str
    link: str
    answered: int
    of: int
    optional: bool = False

    @property
    def state(self) -> str:
        """Return the state in words."""
        if self.answered >= self.of:
            return "Done"
        if self.optional:
            return "Optional"
        return "In progress" if self.answered else "Not started"

    @property
    def how_far(self) -> str:
        """Return the same where there is little room."""
        if self.state in {"Done", "Optional"}:
            return self.state
        return f"{self.answered} of {self.of}" if self.of > 1 else "–"

    @property
    def item(self) -> dict[str, Any]:
        """Return the part as GOV.UK's task list has it."""
        colour = "blue" if self.answered else "grey"
        how_far = self.state if self.of == 1 else f"{self.answered} of {self.of}"
        tag = {"text": how_far, "classes": f"govuk-tag--{colour} app-tag"}
        status = {"text": self.state} if self.state in {"Done", "Optional"} else {"tag": tag}
        return {"title": {"text": self.name}, "href": self.link, "status": status}


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the parts that have to be done are, and of each part its address, its name and how far it is."""

    done: int
    of: int
    parts: Sequence[tuple[str, str, str]]


def progress_of(draft: Draft) -> Progress:
    """Return how far a draft is, as it stands beside a page of the tool."""
    tasks = tasks_of(draft)
    states = [task.state for task in tasks if not task.optional]
    return Progress(states.count("Done"), len(states), [(task.link, task.name, task.how_far) for task in tasks])


def tasks_of(draft: Draft) -> list[Task]:
    """Return the parts of the tool in order, each with its progress."""
    base, document, law = draft.base, draft.document, draft.law_type
    tasks = [
        Task(area.title, f"{base}/standards/{area.code}", sum(not draft.lacks(s) for s in standards), len(standards))
        for area, standards in document.practice_areas_for(law)
    ]
    if document.facts_for(law):
        asked = [f for f in document.facts_for(law) if f.kind != "text" or f.code in draft.prepared_facts]
        done = sum(not draft.lacks_fact(f) for f in asked)
        tasks.append(Task("Facts from the file", f"{base}/facts", done, len(asked)))
    return [*tasks, *_last_tasks(draft)]


def _last_tasks(draft: Draft) -> list[Task]:
    kept = draft.assessment
    picked = bool(kept.themes or kept.strengths_note or kept.learning_note)
    graded = bool(kept.grade) and not (draft.departs and not kept.departure_reason)
    return [
        Task("Strengths and learning points", f"{draft.base}/themes", int(picked), 1, optional=True),
        Task(draft.document.grade_title, f"{draft.base}/grade", int(graded), 1),
    ]
