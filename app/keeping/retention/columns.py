"""Every column of everything that hangs on a case: what becomes of it when the case is forgotten.

A test holds that no column is left out, so that whoever adds one decides.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Becomes(StrEnum):
    """What becomes of a column."""

    # What stands for a text that was there: that something was written is a fact, and may be counted.
    ERASED = "Erased"
    EMPTY = "empty"
    NOTHING = "nothing"
    LIST = "list"


# What somebody wrote, or what leads back to the practitioner or to the file.
FORGOTTEN: Mapping[str, Mapping[str, Becomes]] = {
    "audit_case": {"filed_on": Becomes.NOTHING, "ticket": Becomes.EMPTY, "pin": Becomes.ERASED},
    "assessment": {
        **dict.fromkeys(("correction_reason", "departure_reason", "strengths_note", "learning_note"), Becomes.ERASED),
        "proposed": Becomes.LIST,
    },
    "benchmark": {"reason": Becomes.ERASED, "resolution": Becomes.ERASED, "ticket": Becomes.ERASED},
    "case_document": {"label": Becomes.ERASED, "key": Becomes.EMPTY, "dated": Becomes.NOTHING},
    "case_sheet": {"discussed_by": Becomes.ERASED, "agreed": Becomes.ERASED},
    "challenge": {"summary": Becomes.ERASED, "escalation_reason": Becomes.ERASED},
    "challenge_note": {"text": Becomes.ERASED},
    "challenge_point": dict.fromkeys(("evidence", "decided_reasons", "adjudicated_reasons"), Becomes.ERASED),
    "clause_reading": {"words": Becomes.ERASED},
    "concern": dict.fromkeys(("seen", "plan", "action_what", "action_who", "close_reason"), Becomes.ERASED),
    "decided_judgement": {"why": Becomes.ERASED},
    "decision": {"reasons": Becomes.ERASED},
    "extension": {"reason": Becomes.ERASED},
    "factual_point": dict.fromkeys(("what", "right", "answer"), Becomes.ERASED),
    "judgement": {"evidence": Becomes.ERASED, "reused": Becomes.NOTHING},
    "own_view": {"note": Becomes.ERASED},
    "reading": {"learning": Becomes.ERASED, "known_by": Becomes.ERASED},
    "reflection": {"text": Becomes.ERASED},
    "replacement": {"note": Becomes.ERASED, "answer": Becomes.ERASED},
    "returned_case": dict.fromkeys(
        ("review_note", "practitioner_says", "action_what", "action_who", "override_reason"), Becomes.ERASED
    ),
    "waiver": {"reason": Becomes.ERASED},
}
# Each of its own, kept nowhere: the same for all cases of one practitioner in one audit.
KEYED: Sequence[str] = ("case_ref", "practitioner_id")
# Rows that nobody needs once an audit is over.
REMOVED: Sequence[str] = ("hearing_draft", "notice", "preparation")
# What stays, because the figures rest on it, or because it only says which row or person or moment it was.
STAYS: Mapping[str, Sequence[str]] = {
    "audit_case": (
        *("area", "law_type", "performance_band", "employment", "document_kind", "nth", "origin", "state"),
        "standing_grade",
    ),
    "assessment": (
        *("kind", "author_label", "number", "state", "grade", "indicated_grade", "indicated_rule", "themes", "asked"),
    ),
    "benchmark": ("state", "chosen_by", "probability", "outcome", "cause", "unclear_standard"),
    "case_document": ("place", "while_preparing"),
    "challenge": ("state", "claimed_grade", "outcome", "adjudication_outcome"),
    "challenge_point": (
        *("standard", "claimed", "decided", "decided_degree", "decided_cause", "adjudicated", "adjudicated_degree"),
        "adjudicated_cause",
    ),
    "clause_reading": ("standard", "level_a", "level_b", "cause", "source", "source_id"),
    "concern": ("state",),
    "decided_judgement": ("standard", "level", "degree", "set_aside"),
    "decision": ("kind", "grade"),
    "extension": ("deadline",),
    "fact_answer": ("fact", "answers"),
    "judgement": ("standard", "judgement", "degree", "set_aside"),
    "own_view": ("stage", "standard", "level"),
    "reading": ("state",),
    "reflection": ("shared",),
    "replacement": ("state", "reason", "number", "step"),
    "returned_case": ("state", "children_safe", "further_action"),
    "theme_choice": ("theme", "keep"),
}
