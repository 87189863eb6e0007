"""Long acts think before they take their turn to write, and what they thought of is asked again in it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.actions import add_person, grant_role
from app.audit.allocation import actions as allocating
from app.audit.areas.actions import NewArea, add_areas
from app.audit.benchmarks.queries import benchmarks_of
from app.audit.commission import actions as commission_actions
from app.audit.enums import AuditKind, AuditState, CaseState
from app.audit.filings.actions import allowed_in, import_frame, lock_list
from app.audit.framework import Commission
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.audit.queries import service_areas
from app.audit.sample.actions import DRAWN_ALREADY, Sample, draw_for, foreseen_sample
from app.audit.staff.actions import Declared, declare_interest
from app.db import TRIES
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.errors import Conflict
from app.keeping.record import wrong
from app.long_acts.forethought import Forethought, Overtaken, foreseen, think_then_do
from app.people.enums import Role
from app.people.models import Person
from app.report.models import Publication
from app.sampling.reading import read_frame
from app.sampling.receipt import Seed
from tests.audit.autosave.test_autosave import put
from tests.audit.commission.test_audit_pages import begun
from tests.long_acts.beside import Grader
from tests.turns import slowness, turns
from tests.world import NATION, PASSWORD, REF, ROOT, World, sign_off, the_audit

DATA = ROOT / "app" / "data" / "november-2014"
WINDOW = (date(2014, 9, 1), date(2014, 10, 31))
BIG, ENDING = "BIG", "ENDING"
SEED = "8842 1907 3356 0241 7719"
# How much of what is allowed somebody waited, by each clock.
Waits = Mapping[str, float]
# Seconds for which an act of 577 cases may keep everybody else from writing, and a save beside it may take, where the
# machine is as quick as it usually is. The clock of a save is the process's, which counts what the act thinks, too.
LONGEST, LONGEST_SAVE, TIMES = 0.1, 0.15, 5


def in_the_nation(session: Session, name: str, role: Role) -> None:
    """Give somebody of the cast a role on every audit."""
    person = session.scalars(select(Person).where(Person.email == f"{name}@example.test")).one()
    grant_role(session, person, role, *NATION, by=None)


def managers_of(world: World) -> list[int]:
    """Add nine improvement managers; whoever leads the small audit leads every one."""
    with world.database.writing() as session:
        for name, role in (("lead", Role.LEAD), ("analyst", Role.ANALYST)):
            in_the_nation(session, name, role)
        managers = []
        for n in range(9):
            email, name = f"manager{n}@example.test", f"Manager {n}"
            made = add_person(session, email=email, name=name, job_title="Manager", password=PASSWORD, by=None)
            grant_role(session, made, Role.IMPROVEMENT_MANAGER, *NATION, by=None)
            managers.append(made.id)
    return managers


def to_draw(world: World, ref: str = BIG) -> None:
    """Bring a national audit of 577 cases as far as its locked list."""
    with world.database.writing() as session:
        kept = library_queries.threshold(session, "national-casework", "2014-10")
        wanted = Commission(
            ref=ref,
            name="A national audit",
            kind=AuditKind.NATIONAL,
            purpose="To test.",
            window_from=WINDOW[0],
            window_to=WINDOW[1],
            law_types=["public", "wafh", "wtfh"],
            bands=["B1", "B2", "B3", "B4"],
            fraction="1/2",
            good_target=60,
            not_met_target=14,
            threshold_id=kept.id,
        )
        audit = commission_actions.commission(session, wanted, by=world.viewer("director").id)
        commission_actions.agree_framework(session, audit, by=world.viewer("ad"))
        reading = read_frame(BytesIO((DATA / "frame.csv").read_bytes()), allowed_in(session, audit))
        import_frame(session, audit, reading, file_name="frame.csv", by=world.viewer("analyst").id)
        lock_list(session, audit, by=world.viewer("lead").id)


def took(grader: Grader, who: str, path: str, form: Mapping[str, object]) -> Waits:
    """Do an act in somebody's browser; return how much of what is allowed it kept others, and more than 1 is too long.

    Alone by the clock on the turns to write, with a grader beside it by the one on their saves.
    """
    browser, slow, waits = grader.world.browser(who), slowness(), [0.0]
    with turns() as taken, grader.saving() if grader.beside else nullcontext(waits) as waits:
        browser.post(path, form)
    slow = (slow + slowness()) / 2
    print(f"{path}: {max(taken):.3f} s its turn, {max(waits):.3f} s a save of {len(waits)}, slow {slow:.2f} times")
    return {"save": max(waits) / LONGEST_SAVE / slow} if grader.beside else {"turn": max(taken) / LONGEST / slow}


def by_hand(cases: Sequence[AuditCase], to: int) -> Mapping[str, object]:
    """Return the form that gives cases to somebody."""
    told = {f"{what}-{c.id}": who for c in cases for what, who in (("was", c.auditor_id), ("to", to))}
    return {"reason": "She knows the area.", **told}


def cases_of(session: Session, ref: str) -> Sequence[AuditCase]:
    return session.scalars(select(AuditCase).where(AuditCase.audit_id == the_audit(session, ref).id)).all()


def too_long(grader: Grader, story: Callable[[str], Mapping[str, Waits]], ref: str) -> Mapping[str, float]:
    """Return which acts of a story kept others waiting too long, each time of five: a busy machine slows one at times.

    The story is told of another audit each time, in turns with somebody who saves beside it and alone.
    """
    quickest: dict[str, float] = {}
    for time in range(2 * TIMES):
        grader.beside = time % 2 == 1
        for act, waits in story(f"{ref}-{time}").items():
            for clock, wait in waits.items():
                quickest[f"{act}, {clock}"] = min(wait, quickest.get(f"{act}, {clock}", wait))
        if grader.beside and max(quickest.values()) < 1:
            break
    return {name: wait for name, wait in quickest.items() if wait >= 1}


def test_drawing_and_sharing_out_577_cases_keep_nobody_waiting(world: World) -> None:
    managers, grader = managers_of(world), Grader(world)

    def story(ref: str) -> Mapping[str, Waits]:
        to_draw(world, ref)
        allocation = f"/audits/{ref}/allocation"
        seed = {"seed": SEED, "made_how": "dice", "witnesses": "Hedda Lowell"}
        waits = {"draw": took(grader, "lead", f"/audits/{ref}/sample", seed)}
        waits["allocate"] = took(grader, "lead", allocation, {"auditors": managers[:4]})
        wanted = {"people": managers[:4], "auditors": managers[4:], "reason": "They are needed elsewhere."}
        waits["again"] = took(grader, "lead", f"{allocation}/again", wanted)
        with world.database.reading() as session:
            cases = cases_of(session, ref)
            assert len(cases) == 577
            assert {c.auditor_id for c in cases} == set(managers[4:])
        waits["by hand"] = took(grader, "lead", f"{allocation}/cases", by_hand(cases, managers[0]))
        with world.database.reading() as session:
            assert {c.auditor_id for c in cases_of(session, ref)} == {managers[0]}
            assert list(wrong(session)) == []
        return waits

    assert too_long(grader, story, BIG) == {}


def to_finalise(world: World, ref: str) -> None:
    """Bring an audit with the 577 results of November 2014 to the day before it is finalised."""
    with world.database.writing() as session:
        kept = library_queries.threshold(session, "national-casework", "2014-10")
        with (DATA / "audited_cases.csv").open("rb") as file:
            results = read_results(file, library_queries.document(kept)).results
        of = EarlierAudit(ref=ref, name="Ending", window_from=WINDOW[0], window_to=WINDOW[1], threshold=kept)
        audit = import_results(session, of, results)
        session.execute(delete(Publication).where(Publication.audit_id == audit.id))
        session.execute(update(AuditCase).where(AuditCase.audit_id == audit.id).values(state=CaseState.GRADED))
        audit.state, audit.finalised_at = AuditState.FIELDWORK, None


def test_second_grades_of_577_cases_keep_nobody_waiting(world: World) -> None:
    names = ("head2", "analyst")
    with world.database.writing() as session:
        in_the_nation(session, "lead", Role.LEAD)
        for name in names:
            in_the_nation(session, name, Role.BENCHMARKER)
    grader = Grader(world)

    def story(ref: str) -> Mapping[str, Waits]:
        to_finalise(world, ref)
        with world.database.writing() as session:
            the_audit(session, ref).imported = False
        form = {"benchmarkers": [world.viewer(name).id for name in names]}
        waits = {"choose": took(grader, "lead", f"/audits/{ref}/benchmarks", form)}
        with world.database.reading() as session:
            assert len(benchmarks_of(session, the_audit(session, ref))) > 57
        return waits

    assert too_long(grader, story, ENDING) == {}


def test_finalising_and_publishing_577_cases_keep_nobody_waiting(world: World) -> None:
    with world.database.writing() as session:
        in_the_nation(session, "lead", Role.LEAD)
    grader = Grader(world)

    def story(ref: str) -> Mapping[str, Waits]:
        to_finalise(world, ref)
        waits = {"finalise": took(grader, "lead", f"/audits/{ref}/finalise", {})}
        sign_off(world, ref)
        waits["publish"] = took(grader, "director", f"/audits/{ref}/publish", {})
        with world.database.reading() as session:
            assert the_audit(session, ref).state is AuditState.PUBLISHED
            assert {case.state for case in cases_of(session, ref)} == {CaseState.FINAL}
            # But for the publication of the import, in whose place another came.
            assert [fault for fault in wrong(session) if not fault.startswith("Publication ")] == []
        return waits

    assert too_long(grader, story, ENDING) == {}


def again(session: Session, world: World) -> Forethought[allocating.Round]:
    """Think out how the cases of both managers of the small audit are shared out again between them."""
    audit, wanted, lead = the_audit(session), both(world), world.viewer("lead")
    return foreseen(session, lambda: allocating.round_again(session, audit, wanted, by=lead), REF)


def both(world: World) -> allocating.Again:
    people = [world.viewer(name).id for name in ("im1", "im2")]
    return allocating.Again(people, people[1:], False, "She is away.")


def share_out(session: Session, world: World, before: Forethought[allocating.Round] | None) -> int:
    return allocating.reallocate(session, the_audit(session), both(world), by=world.viewer("lead"), before=before)


def interest(world: World, area: str) -> None:
    """Declare that im2 must not grade an area's cases."""
    with world.database.writing() as session:
        im2 = world.viewer("im2")
        declare_interest(session, im2.id, Declared("She worked there.", area=area), by=im2.id)


def whose(world: World) -> Sequence[tuple[int, int | None]]:
    with world.database.reading() as session:
        query = select(AuditCase.id, AuditCase.auditor_id).order_by(AuditCase.id)
        return [(case, auditor) for case, auditor in session.execute(query)]


def test_what_was_thought_of_before_an_interest_was_declared_is_not_done(world: World) -> None:
    with world.database.snapshot() as session:
        before = again(session, world)
    interest(world, "A1")
    there = whose(world)
    with pytest.raises(Overtaken), world.database.writing() as session:
        share_out(session, world, before)
    assert whose(world) == there


def test_an_act_that_was_overtaken_thinks_again(world: World) -> None:
    thoughts: list[int] = []

    def think(session: Session) -> Forethought[allocating.Round]:
        before = again(session, world)
        thoughts.append(len(before.found.steps))
        if len(thoughts) == 1:
            interest(world, "A9")
        return before

    moved = think_then_do(world.database, think, lambda session, before: share_out(session, world, before))
    assert len(thoughts) == 2
    assert moved == thoughts[1] > 0


def test_an_act_that_is_always_overtaken_thinks_in_its_turn(world: World) -> None:
    held: list[bool] = []

    def think(session: Session) -> Forethought[allocating.Round]:
        before = again(session, world)
        with world.database.writing() as other:
            add_areas(other, [NewArea(f"B{len(service_areas(other))}")], by=None)
        return before

    def act(session: Session, before: Forethought[allocating.Round] | None) -> int:
        held.append(before is None)
        return share_out(session, world, before)

    assert think_then_do(world.database, think, act) > 0
    assert held == [False] * TRIES + [True]


def test_a_grader_who_saves_meanwhile_waits_for_nobody_and_overtakes_nobody(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.snapshot() as session:
        before = again(session, world)
        put(browser, case_id, {"SAF1-evidence": "Log, 3 October."})
    with world.database.writing() as session:
        assert share_out(session, world, before) == len(before.found.steps) > 0
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_a_sample_is_drawn_once_by_whoever_was_first(world: World) -> None:
    managers_of(world)
    to_draw(world)
    seed, lead = Seed(SEED), world.viewer("lead")

    def think(session: Session) -> Forethought[Sample]:
        before = foreseen_sample(session, the_audit(session, BIG), seed=seed)
        with world.database.writing() as other:
            draw_for(other, the_audit(other, BIG), seed=seed, by=lead)
        return before

    with pytest.raises(Conflict) as refused:
        think_then_do(
            world.database,
            think,
            lambda session, before: draw_for(session, the_audit(session, BIG), seed=seed, by=lead, before=before),
        )
    assert refused.value.sentence == DRAWN_ALREADY
