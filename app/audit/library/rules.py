"""What may happen to a threshold document, and who writes them."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass

from app.audit.enums import THRESHOLD_STATE_LABELS, ThresholdState
from app.audit.log import threshold_row
from app.audit.models import ThresholdText
from app.labels import noun, plural
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import Situation, Transition, Workflow

# Who writes threshold documents, for the nation; everybody else reads what is published.
EDITORS = (Role.LEAD, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class DraftKnown:
    """What the check of a draft found in it that has to be mended."""

    found: Sized


def nothing_to_mend(_draft: ThresholdText, situation: Situation[DraftKnown]) -> str | None:
    """Ask that the document is clean: an audit must be able to rely on whatever is published."""
    count = len(situation.known.found)
    if not count:
        return None
    return (
        f"{plural(count, 'thing has', 'things have')} to be mended first. The check on the draft’s page "
        f"names {noun(count, 'it', 'each')}."
    )


THRESHOLD: Workflow[ThresholdText, DraftKnown] = Workflow(
    "threshold document",
    "threshold",
    THRESHOLD_STATE_LABELS,
    (
        Transition(
            "publish",
            "Publish",
            (ThresholdState.DRAFT,),
            ThresholdState.PUBLISHED,
            EDITORS,
            "threshold_published",
            (nothing_to_mend,),
        ),
        Transition(
            "discard",
            "Discard the draft",
            (ThresholdState.DRAFT,),
            ThresholdState.DISCARDED,
            EDITORS,
            "threshold_discarded",
        ),
    ),
    threshold_row,
)


def asks_about_words(viewer: Viewer, agreed: Iterable[str]) -> bool:
    """Say whether a person answers for the words of a version: writes documents, or leads an audit against it.

    `agreed` has the references of those audits.
    """
    return viewer.nationwide(*EDITORS) or not viewer.audits(Role.LEAD).isdisjoint(agreed)


def why_not_edited(kept: ThresholdText) -> str | None:
    """Return why a version cannot be edited, or None."""
    if kept.state is ThresholdState.DRAFT:
        return None
    return "This version is published, so it never changes. Make a new draft version from it, and edit that."
