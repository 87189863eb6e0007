"""A practitioner and a service manager of the demonstration, proposed by their head of service and confirmed."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.proposals import actions as proposing
from app.accounts.proposals.actions import Proposed
from app.audit.enums import CaseState
from app.audit.models import Audit, AuditCase
from app.clock import add_working_days, today
from app.demo.cast import CAST, address
from app.moderation.sheets.actions import record_talk
from app.moderation.sheets.models import Discussed
from app.people.enums import Role, Scope
from app.people.rules import Viewer

AREA = "A9"
# So many practitioners are in the team.
TEAM = 6


def supervise(session: Session, cast: Mapping[str, Viewer]) -> None:
    """Let the head of an area say who reads what, and the service manager discuss a case."""
    head, administrator = cast["head.a9"], cast["administrator"]
    of_practitioner, of_team, discussed = _cases(session)
    team = proposing.make_team(session, AREA, "Team 2", by=head)
    proposing.set_members(session, team, of_team, by=head)
    for name, role, kind, scope in (
        ("practitioner", Role.PRACTITIONER, Scope.PRACTITIONER, of_practitioner),
        ("service.manager", Role.SERVICE_MANAGER, Scope.TEAM, str(team.id)),
    ):
        full_name = next(full for key, full, *_ in CAST if key == name)
        what = Proposed(AREA, role, kind, scope, full_name, address(name))
        proposing.confirm(session, proposing.propose(session, what, by=head), by=administrator)
    said = Discussed(
        discussed_on=today(),
        discussed_by="Service manager, Team 2",
        agreed="Bring the next two case plans to supervision before they are filed.",
        due=add_working_days(today(), 15),
    )
    record_talk(session, discussed, said, by=cast["service.manager"])


def _cases(session: Session) -> tuple[str, list[str], AuditCase]:
    """Return a practitioner with a case of 2014, the team, and a case of the live audit that is final."""
    query = select(AuditCase).join(AuditCase.audit).where(AuditCase.area == AREA, AuditCase.state == CaseState.FINAL)
    final = session.scalars(query.order_by(Audit.id.desc(), AuditCase.id)).all()
    live = [c for c in final if not c.audit.imported]
    earlier = [c for c in final if c.audit.imported]
    team = dict.fromkeys(c.practitioner_id for c in (*live, *earlier))
    own = next(c for c in earlier if c.standing_grade == "met")
    return own.practitioner_id, list(dict.fromkeys([own.practitioner_id, *list(team)[:TEAM]])), live[0]
