"""Words of the report room."""

from enum import StrEnum


class Stage(StrEnum):
    """A stage of the grade ledger: as graded first, after benchmarking, after challenges, and in the end."""

    FIRST = "first"
    BENCHMARKED = "benchmarked"
    CHALLENGED = "challenged"
    FINAL = "final"


class Edition(StrEnum):
    """Who a report is for: those who answer for figures, with every count, or everybody, with small counts hidden."""

    INTERNAL = "internal"
    PUBLIC = "public"


class RevisionState(StrEnum):
    """Where a revision of a published report stands."""

    BEGUN = "begun"
    PUBLISHED = "published"


class SignOffState(StrEnum):
    """Whether somebody still stands by a report."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"


REVISION_STATE_LABELS = {RevisionState.BEGUN: "Begun", RevisionState.PUBLISHED: "Published"}
SIGN_OFF_STATE_LABELS = {SignOffState.STANDING: "Standing", SignOffState.WITHDRAWN: "Withdrawn"}
