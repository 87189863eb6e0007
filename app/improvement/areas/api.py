"""Routes of the JSON API: how far an area is."""

from datetime import date

from pydantic import Field

from app.improvement.areas import queries
from app.improvement.areas.guards import live_reader
from app.web.api.routing import Answer, ApiRouter
from app.web.routing import Visit

router = ApiRouter()


class Counted(Answer):
    """A level, a strength or a learning point, with its number of final cases."""

    label: str
    cases: int


class LiveAudit(Answer):
    """How far an area's cases of an audit are. It is no result, and can change."""

    ref: str
    sampled: int
    graded: int = Field(description="Cases that are graded a second time are counted once they are final")
    final: int
    with_area: int = Field(description="Graded cases that wait for an answer of the area")
    elsewhere: int
    levels: list[Counted] = Field(description="Of the final cases; empty until there are five")
    strengths: list[Counted]
    learning: list[Counted]
    discussed: int = Field(description="Final cases that were discussed with their practitioner")
    read: int = Field(description="Final cases that their practitioner has read")


class OpenAction(Answer):
    """Something that the area plans and has not done."""

    audit: str
    what: str
    who: str
    by_when: date


class AreaNow(Answer):
    """An area now."""

    code: str
    audits: list[LiveAudit]
    actions: list[OpenAction]


@router.get("/areas/{area_code}", live_reader, response_model=AreaNow)
def read_area(visit: Visit, area: str) -> object:
    """Give how far an area is: the numbers of its live page."""

    def counted(of: object) -> list[Counted]:
        return [Counted(label=label, cases=cases) for label, cases in of]  # type: ignore[attr-defined]

    names = ("sampled", "graded", "final", "with_area", "elsewhere", "discussed", "read")
    audits = [
        LiveAudit(
            ref=of.audit.ref,
            levels=counted(of.levels),
            strengths=counted(of.strengths),
            learning=counted(of.learning),
            **{name: getattr(of, name) for name in names},
        )
        for of in queries.live_of(visit.session, area)
    ]
    actions = [
        OpenAction(audit=a.audit.ref, what=a.what, who=a.who, by_when=a.by_when)
        for a in queries.open_actions(visit.session, area)
    ]
    return AreaNow(code=area, audits=audits, actions=actions)
