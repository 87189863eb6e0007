"""Which roles open which door, and how far they have to reach: the page, the check and the test read it here.

A door is an address with its method. What opens it is said once for all the doors behind guards of the same words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.installation.doors.enums import Reach
from app.people.enums import SCOPES, Role, Scope
from app.people.rules import LATELY

IN_WORDS = {
    Scope.NATION: "nation",
    Scope.AUDIT: "audit",
    Scope.AREA: "area",
    Scope.REGION: "region",
    Scope.PRACTITIONER: "practitioner",
    Scope.TEAM: "team",
}
ANYBODY, SIGNED_IN = "Anybody", "Everybody signed in"


@dataclass(frozen=True, slots=True)
class Opens:
    """A role that opens a door, and where it has to be held."""

    role: Role
    reach: Reach

    @property
    def scope(self) -> str:
        """Return the scope in a few words, such as ‘audit or nation’ or ‘audit or nation, their own’."""
        kinds = " or ".join(IN_WORDS[kind] for kind in SCOPES[self.role])
        return {Reach.ANYWHERE: "in any scope", Reach.NATION: "nation", Reach.OWN: f"{kinds}, their own"}.get(
            self.reach, kinds
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """Who opens a door: everybody of a kind, or those who hold one of some roles."""

    everybody: str = ""
    opens: tuple[Opens, ...] = ()
    # What else has to be so, of those whom `everybody` names.
    own: bool = False

    def __or__(self, other: "Entry") -> "Entry":
        """Return an entry for those of either."""
        return replace(self, opens=(*self.opens, *other.opens))

    def names(self, role: Role) -> bool:
        """Say whether somebody in a role opens it, for that role or as one of everybody."""
        return bool(self.everybody) or any(o.role is role for o in self.opens)

    @property
    def who(self) -> Iterator[str]:
        """Yield who opens it, in words."""
        if self.everybody:
            yield f"{self.everybody}, for what is their own" if self.own else self.everybody
        for opening in self.opens:
            yield f"{opening.role.label} ({opening.scope})"


def _of(reach: Reach, *roles: Role) -> Entry:
    return Entry(opens=tuple(Opens(role, reach) for role in roles))


def here(*roles: Role) -> Entry:
    """Return an entry for roles where the thing belongs."""
    return _of(Reach.HERE, *roles)


def own(*roles: Role) -> Entry:
    """Return an entry for the one person, in one of some roles, whose the thing is."""
    return _of(Reach.OWN, *roles)


def anywhere(*roles: Role) -> Entry:
    """Return an entry for roles in whatever scope they are held."""
    return _of(Reach.ANYWHERE, *roles)


def nation(*roles: Role) -> Entry:
    """Return an entry for roles that have to be held for the nation."""
    return _of(Reach.NATION, *roles)


ADMIN, ANALYST, LEAD, DIRECTOR = Role.ADMINISTRATOR, Role.ANALYST, Role.LEAD, Role.DIRECTOR
MANAGER, BENCHMARKER, HEAD = Role.IMPROVEMENT_MANAGER, Role.BENCHMARKER, Role.HEAD_OF_SERVICE
AIDE, DEPUTY, READER = Role.IMPROVEMENT_ASSISTANT, Role.ASSISTANT_DIRECTOR, Role.READER
EVERYBODY, SOMEBODY = Entry(ANYBODY), Entry(SIGNED_IN)
ADMINISTRATOR = here(ADMIN)
EDITORS = nation(LEAD) | here(DEPUTY, DIRECTOR)
OF_AUDIT = here(ANALYST, LEAD, MANAGER, AIDE, BENCHMARKER, DEPUTY, DIRECTOR)
KNOWS_AUDIT = OF_AUDIT | here(HEAD)
MAKERS = here(LEAD, DIRECTOR, DEPUTY, ANALYST)
OPENS_CASE = here(LEAD, HEAD, DIRECTOR) | own(MANAGER)
FIGURES = here(HEAD, LEAD, DEPUTY, DIRECTOR)
# By the words of the guards. A door whose guard has other words has no entry, and `make check` says so.
OPENED_BY: Mapping[str, Entry] = {
    "anyone, where there is single sign-on": EVERYBODY,
    "anyone with a link, where there is single sign-on": Entry(ANYBODY, own=True),
    "anyone who has given a password": Entry(ANYBODY, own=True),
    "whoever set it up": Entry(SIGNED_IN, own=True),
    "whoever reported it, and administrators": Entry(SIGNED_IN, own=True) | ADMINISTRATOR,
    "an administrator or the director, for a role that two give": here(ADMIN, DIRECTOR),
    "a practitioner": anywhere(Role.PRACTITIONER),
    "a service manager": anywhere(Role.SERVICE_MANAGER),
    "administrators, for an audit whose time is over": ADMINISTRATOR,
    "an administrator": ADMINISTRATOR,
    "an administrator or an analyst": here(ADMIN) | anywhere(ANALYST),
    "an administrator or an analyst, for a source that is known": here(ADMIN) | anywhere(ANALYST),
    "an administrator, for a kind that is in its list": ADMINISTRATOR,
    "an administrator, for a list that there is": ADMINISTRATOR,
    "an administrator, for a person who exists": ADMINISTRATOR,
    "an administrator, for a proposed role": ADMINISTRATOR,
    "an administrator, for a region that there is": ADMINISTRATOR,
    "an administrator, for an area that there is": ADMINISTRATOR,
    "an analyst or an audit lead": anywhere(ANALYST, LEAD),
    "an improvement assistant on the case’s audit, while the case is not graded": here(AIDE),
    "anyone": EVERYBODY,
    "anyone who is signed in": SOMEBODY,
    "anyone who is signed in, for a document that exists": SOMEBODY,
    "anyone who is signed in, for a published version; those who write threshold documents, for a draft": SOMEBODY,
    "anyone with a link": Entry(ANYBODY, own=True),
    "the analyst of the audit for which a file was sent, within a day": here(ANALYST),
    "the analyst or lead who sent a file of results, within a day": own(ANALYST, LEAD),
    (
        "the analyst or the audit lead or the national service director or the assistant director, on "
        "an audit in their scope, who have no case to grade"
    ): MAKERS,
    "the analyst, on an audit in their scope": here(ANALYST),
    "the assistant director or the national service director, on an audit in their scope": here(DEPUTY, DIRECTOR),
    "the assistant director who is asked": here(DEPUTY),
    "the assistant director, on an audit in their scope": here(DEPUTY),
    "the audit lead": here(LEAD),
    "the audit lead and the director, on a second grade that is submitted and differs": here(LEAD, DIRECTOR),
    "the audit lead for the nation, the assistant director or the national service director": EDITORS,
    (
        "the audit lead or the improvement manager or the improvement assistant or the analyst or the "
        "benchmarker or the national service director or the assistant director, on an audit in their scope"
    ): OF_AUDIT,
    "the audit lead or the national service director or the improvement assistant, on an audit in their scope": (
        here(LEAD, DIRECTOR, AIDE)
    ),
    "the audit lead or the national service director, on a challenge in their scope": here(LEAD, DIRECTOR),
    "the audit lead or the national service director, on an audit in their scope": here(LEAD, DIRECTOR),
    "the audit lead or the national service director, once the audit is finalised": here(LEAD, DIRECTOR),
    "the audit lead, for an interest of somebody who grades on the audit": here(LEAD),
    "the audit lead, for somebody who grades on the audit": here(LEAD),
    "the audit lead, on a benchmark of the audit": here(LEAD),
    "the audit lead, on a case in their scope that somebody asked to replace": here(LEAD),
    "the audit lead, on a challenge in their scope": here(LEAD),
    "the audit lead, on a returned case in their scope": here(LEAD),
    "the audit lead, on an audit in their scope": here(LEAD),
    "the audit lead, on an audit whose fieldwork has opened": here(LEAD),
    "the audit lead, once the audit is finalised": here(LEAD),
    "the benchmarker to whom the case is assigned": own(BENCHMARKER, LEAD),
    "the benchmarker to whom the case is assigned, once the second grade was started": own(BENCHMARKER, LEAD),
    "the head of service of the area": here(HEAD),
    "the head of service of the area and an assistant director, who have no case to grade": here(HEAD, DEPUTY),
    (
        "the head of service of the area, the audit lead, an assistant director and the director, who "
        "have no case to grade"
    ): FIGURES,
    "the head of service of the area, who have no case to grade": here(HEAD),
    "the head of service of the case’s area or the audit lead, on a concern in their scope": here(HEAD, LEAD),
    "the head of service of the case’s area, on a challenge in their scope": here(HEAD),
    "the head of service of the case’s area, on a graded case in their scope": here(HEAD),
    "the head of service of the case’s area, on a returned case in their scope": here(HEAD),
    "the head of service of the case’s area, or the service manager of its practitioner’s team": (
        here(HEAD, Role.SERVICE_MANAGER)
    ),
    "the head of service of the case’s area, whoever may open the case, and whoever raised the concern": (
        OPENS_CASE | own(AIDE)
    ),
    "the head of service of the graded case’s area, once they began their own review": own(HEAD),
    "the improvement assistant, on an audit in their scope": here(AIDE),
    "the improvement manager to whom the case is allocated": own(MANAGER),
    "the improvement manager to whom the case is allocated, once grading was started": own(MANAGER),
    "the improvement manager to whom the case is allocated, or the audit lead": own(MANAGER) | here(LEAD),
    "the improvement manager who gave the challenged grade": own(MANAGER),
    "the improvement manager who graded the case": own(MANAGER),
    "the improvement manager who has begun to correct the case": own(MANAGER),
    "the lead, an analyst or the director of the finalised audit, who have no case to grade": (
        here(LEAD, ANALYST, DIRECTOR)
    ),
    "the national service director": here(DIRECTOR),
    "the national service director or the assistant director or the audit lead, for a draft in their scope": (
        here(DIRECTOR, DEPUTY, LEAD)
    ),
    "the national service director, for an audit to keep as a template": here(DIRECTOR),
    "the national service director, for a draft in their scope": here(DIRECTOR),
    "the national service director, on a case in their scope": here(DIRECTOR),
    "the national service director, on a challenge in their scope": here(DIRECTOR),
    "the national service director, on a returned case in their scope": here(DIRECTOR),
    "the national service director, on an audit in their scope": here(DIRECTOR),
    "the parties of the challenge, the audit lead and the director": here(HEAD, LEAD, DIRECTOR),
    "the person whose interest it is": Entry(SIGNED_IN, own=True),
    "the practitioner whose case it is, once it is open to them": own(Role.PRACTITIONER),
    "the service manager of the practitioner’s team, once the case is final": here(Role.SERVICE_MANAGER),
    "those who make the finalised audit’s report, who have no case to grade": MAKERS,
    "those who write threshold documents, and who leads an audit against the version": here(LEAD, DEPUTY, DIRECTOR),
    "those who write threshold documents, for a draft": EDITORS,
    "those who write threshold documents, for a version that exists": EDITORS,
    "whoever follows the grading of an audit in fieldwork: lead, directors, improvement assistant": (
        here(LEAD, AIDE, DEPUTY, DIRECTOR)
    ),
    "whoever graded in the audit, once they have nothing left to grade there": here(MANAGER, BENCHMARKER) | own(LEAD),
    "whoever has the secret address of somebody’s calendar, as that person": Entry(ANYBODY, own=True),
    "whoever makes the finalised audit’s report": MAKERS,
    "whoever may know of the audit": KNOWS_AUDIT | here(READER),
    "whoever may know of the audit, who have no case to grade": KNOWS_AUDIT | here(READER),
    "whoever may know of the rehearsal": KNOWS_AUDIT | here(ADMIN),
    "whoever may open the case": OPENS_CASE,
    "whoever may open the case, and the improvement assistants of its audit": OPENS_CASE | here(AIDE),
    "whoever may read the finalised audit’s report": MAKERS,
    "whoever may read the finalised audit’s report, who have no case to grade": MAKERS,
    "whoever may read the published report": KNOWS_AUDIT | here(READER),
    "whoever may read the published report, who have no case to grade": KNOWS_AUDIT | here(READER),
    "whoever may try the service out": here(ADMIN, DIRECTOR, DEPUTY) | nation(LEAD),
    "whoever may try the service out, on a rehearsal in their scope": here(ADMIN, DIRECTOR, DEPUTY, LEAD),
}


def entry(words: str) -> Entry | None:
    """Return who opens the doors behind guards of these words, None where nobody has said so."""
    return OPENED_BY.get(asked_of(words))


def asked_of(words: str) -> str:
    """Return the words of the guard behind one that also asks for a proof: whom that lets in proves it first."""
    return words.removesuffix(LATELY)
