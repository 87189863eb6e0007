"""What may happen to a sign-off of a report and to a revision of it: the transition tables and their guards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.audit.enums import AuditState
from app.audit.rules import SIGNERS, why_not_published
from app.people.enums import Role
from app.report.enums import REVISION_STATE_LABELS, SIGN_OFF_STATE_LABELS, RevisionState, SignOffState
from app.report.log import revision_row, sign_off_row
from app.report.models import Revision, SignOff
from app.workflow import Situation, Stamp, Transition, Workflow, looked_up

# Who writes in the boxes of a report.
WRITERS = (Role.LEAD,)
# The move by which each of those who answer for a report signs it off.
SIGNS = {role: f"sign_as_{role}" for role in SIGNERS}


def why_not_written(state: AuditState, *, revising: bool) -> str | None:
    """Return why a report cannot be changed or signed now, or None."""
    if state is AuditState.FINALISED or (state is AuditState.PUBLISHED and revising):
        return None
    if state is AuditState.PUBLISHED:
        return (
            "The report is published, so it no longer changes. The audit lead or the director can begin a revision "
            "of it, with a reason."
        )
    return "The report is written once the audit is finalised."


@dataclass(frozen=True, slots=True)
class SignOffKnown:
    """Why the report cannot be signed now, or None, and who stands by it as it is: a person for each role."""

    closed: str | None
    standing: Mapping[Role, int]

    @property
    def unsigned(self) -> tuple[Role, ...]:
        """Return who has yet to sign it off."""
        return tuple(role for role in SIGNERS if role not in self.standing)


def report_is_open(_sign_off: SignOff, situation: Situation[SignOffKnown]) -> str | None:
    """Ask for a report that is being written."""
    return situation.known.closed


def not_signed_yet(sign_off: SignOff, situation: Situation[SignOffKnown]) -> str | None:
    """Each role signs the same report once."""
    if sign_off.role not in situation.known.standing:
        return None
    return f"The {sign_off.role.label.lower()} has signed this report off already."


def signs_in_one_role(_sign_off: SignOff, situation: Situation[SignOffKnown]) -> str | None:
    """Nobody stands by a report twice, whatever roles they hold."""
    if situation.viewer.id not in situation.known.standing.values():
        return None
    return "You have signed this report off in your other role. Two people have to stand by it, so ask somebody else."


SIGN_OFF: Workflow[SignOff, SignOffKnown] = Workflow(
    "sign-off",
    "sign-off",
    SIGN_OFF_STATE_LABELS,
    (
        *(
            Transition(
                SIGNS[role],
                f"Sign off as {role.label.lower()}",
                (),
                SignOffState.STANDING,
                (role,),
                "report_signed_off",
                (report_is_open, not_signed_yet),
                personal=(signs_in_one_role,),
            )
            for role in SIGNERS
        ),
        Transition(
            "withdraw",
            "Withdraw it, as the text is changed",
            (SignOffState.STANDING,),
            SignOffState.WITHDRAWN,
            WRITERS,
            "report_written",
            offered=False,
        ),
        Transition(
            "overtake",
            "Withdraw it, as a revision is begun",
            (SignOffState.STANDING,),
            SignOffState.WITHDRAWN,
            SIGNERS,
            "revision_begun",
            offered=False,
        ),
    ),
    sign_off_row,
    stamp=Stamp("withdrawn_at", SignOffState.WITHDRAWN),
    says_state=False,
)


@dataclass(frozen=True, slots=True)
class EarlierKnown:
    """What is known of the report that is to be revised: whether it is published, kept, and being revised already."""

    published: bool
    kept: bool
    revising: bool


@dataclass(frozen=True, slots=True)
class RevisionKnown:
    """What the moves of a revision ask for, each where somebody looked it up: what is revised, and who has to sign."""

    earlier: EarlierKnown | None = None
    unsigned: Sequence[Role] | None = None


def something_is_revised(_revision: Revision, situation: Situation[RevisionKnown]) -> str | None:
    """Ask for a published report whose editions were kept, of which no other revision is begun."""
    earlier = looked_up(situation.known.earlier)
    if not earlier.published:
        return "A report is revised once it is published. Until then its text can be changed as it is."
    if not earlier.kept:
        return "This report was published before editions were kept, so there is nothing to compare a revision with."
    if earlier.revising:
        return "A revision of this report has been begun already. Publish it before you begin another."
    return None


def revision_is_signed_off(_revision: Revision, situation: Situation[RevisionKnown]) -> str | None:
    """Ask that both who answer for a report stand by the revision as it is now."""
    return why_not_published(looked_up(situation.known.unsigned))


REVISION: Workflow[Revision, RevisionKnown] = Workflow(
    "revision",
    "revision",
    REVISION_STATE_LABELS,
    (
        Transition(
            "begin",
            "Begin a revision",
            (),
            RevisionState.BEGUN,
            SIGNERS,
            "revision_begun",
            (something_is_revised,),
        ),
        Transition(
            "publish",
            "Publish the revision",
            (RevisionState.BEGUN,),
            RevisionState.PUBLISHED,
            (Role.DIRECTOR,),
            "revision_published",
            (revision_is_signed_off,),
        ),
    ),
    revision_row,
    stamp=Stamp("published_at", RevisionState.PUBLISHED),
    says_state=False,
)
