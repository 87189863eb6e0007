"""The invented people and areas of the demonstration."""

from collections.abc import Sequence
from datetime import date

from app.labels import listed
from app.people.enums import Role, Scope
from app.people.rules import area_key
from app.web.routing import SignIn

PASSWORD = "casework demo 2026"  # noqa: S105 - printed on the demo's own sign-in page
AREAS = [*(f"A{n}" for n in range(1, 15)), "A15 Public", "A15 Private", "A16", "A17"]
WINDOW = (date(2014, 9, 1), date(2014, 10, 31))
NATION = (Scope.NATION, "")
MANAGERS = (
    "Dana Whitlock",
    "Tomasz Reed",
    "Abena Quayle",
    "Bryn Castell",
    "Ines Okafor",
    "Lowri Bennion",
    "Marek Dunmore",
    "Odile Strand",
    "Yusuf Hartley",
)
# Every area has a head, besides A2, so that a case of any of them can be answered and the audit finished.
HEADS = (
    ("Gwen Pargeter", ("A5",)),
    ("Idris Fairweather", ("A9",)),
    ("Petra Lindholm", ("A1", "A3", "A4")),
    ("Callum Adeyemi", ("A6", "A7", "A8")),
    ("Ruth Okonjo", ("A10", "A11", "A12")),
    ("Emrys Vaughan", ("A13", "A14", "A16")),
    ("Sunita Marsh", ("A17", "A15 Public", "A15 Private")),
)
# (address, name, job title, roles with scope)
CAST: Sequence[tuple[str, str, str, Sequence[tuple[Role, Scope, str]]]] = (
    ("director", "Rowan Achebe", "National service director", [(Role.DIRECTOR, *NATION)]),
    ("assistant.director", "Imogen Tallis", "Assistant director", [(Role.ASSISTANT_DIRECTOR, *NATION)]),
    ("analyst", "Piotr Lindqvist", "Analyst, management information", [(Role.ANALYST, *NATION)]),
    ("lead", "Morgan Ellery", "Audit lead (senior service manager)", [(Role.LEAD, *NATION)]),
    ("second.lead", "Samira Holt", "Audit lead (senior service manager)", [(Role.LEAD, *NATION)]),
    *(
        (f"manager{n}", name, "Improvement manager", [(Role.IMPROVEMENT_MANAGER, *NATION)])
        for n, name in enumerate(MANAGERS, 1)
    ),
    ("assistant", "Joss Carmody", "Improvement assistant", [(Role.IMPROVEMENT_ASSISTANT, *NATION)]),
    (
        "head.a2",
        "Helen Marchetti",
        "Head of service of A2, and benchmarker",
        [(Role.HEAD_OF_SERVICE, Scope.AREA, "A2"), (Role.BENCHMARKER, *NATION)],
    ),
    *(
        (
            f"head.{areas[0].lower()}",
            name,
            f"Head of service of {listed(sorted(areas, key=area_key))}",
            [(Role.HEAD_OF_SERVICE, Scope.AREA, a) for a in areas],
        )
        for name, areas in HEADS
    ),
    ("practitioner", "Leila Harcourt", "Family court adviser, A9", []),
    ("service.manager", "Owen Priddy", "Service manager, A9", []),
    ("reader", "Nell Oakeshott", "Reader (inspector)", [(Role.READER, *NATION)]),
    ("administrator", "Ravi Stanhope", "Administrator", [(Role.ADMINISTRATOR, *NATION)]),
)


def address(name: str) -> str:
    """Return the email address of somebody of the cast."""
    return f"{name}@demo.example"


def sign_ins() -> tuple[SignIn, ...]:
    """Return everybody of the cast, for the sign-in page."""
    return tuple(SignIn(address(name), PASSWORD, full_name, job) for name, full_name, job, _ in CAST)
