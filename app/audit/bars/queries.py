"""Who must not act on which cases: read for the guards."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, literal, null, select, true, union_all
from sqlalchemy.orm import Session

from app.audit.bars.models import Waiver
from app.audit.bars.rules import Bars
from app.audit.models import Interest
from app.people.enums import Role, Scope
from app.people.models import RoleGrant
from app.statements import Statement

_interests: Any = Interest.__table__
_grants: Any = RoleGrant.__table__
_waivers: Any = Waiver.__table__
_INTERESTS = select(
    literal("interest"), _interests.c.person_id, _interests.c.area, _interests.c.practitioner_id, null().cast(Integer)
).where(_interests.c.ended_at.is_(None))
_HEADS = select(literal("head"), _grants.c.person_id, _grants.c.scope, literal(""), null().cast(Integer)).where(
    _grants.c.role == Role.HEAD_OF_SERVICE, _grants.c.scope_kind == Scope.AREA
)
_WAIVED = select(literal("waived"), _waivers.c.person_id, null(), literal(""), _waivers.c.case_id).where(true())
_PARTS = ((_INTERESTS, _interests), (_HEADS, _grants), (_WAIVED, _waivers))
# Every save of the tool asks for one person's.
_EVERYBODY = Statement(union_all(*(query for query, _ in _PARTS)))
_ONE = Statement(union_all(*(query.where(table.c.person_id == bindparam("person")) for query, table in _PARTS)))


def bars(session: Session) -> Bars:
    """Return everybody's bars: the areas that they head, and what they declared an interest in."""
    return _read(_EVERYBODY.rows(session))


def bars_of_person(session: Session, person: int) -> Bars:
    """Return one person's."""
    return _read(_ONE.rows(session, person=person))


def _read(rows: Sequence[tuple[Any, ...]]) -> Bars:
    areas, practitioners, heads, waived = set(), set(), set(), set()
    for kind, person, area, practitioner, case in rows:
        if kind == "head":
            heads.add((person, area))
        elif kind == "waived":
            waived.add((person, case))
        elif area is not None:
            areas.add((person, area))
        else:
            practitioners.add((person, practitioner))
    return Bars(frozenset(areas), frozenset(practitioners), frozenset(heads), waived=frozenset(waived))
