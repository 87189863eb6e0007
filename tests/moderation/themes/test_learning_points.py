"""Learning points whose standard was decided at the best level: listed for the lead, dropped by nobody else."""

from sqlalchemy import select, update

from app.audit.enums import DecisionKind
from app.audit.models import Assessment, Audit, AuditCase, Decision, Judgement, ThresholdText
from app.audit.standing.actions import settle_standards
from app.audit.standing.rules import Settled, standing_judgements
from app.clock import clock
from app.db import unsaved
from app.events import Event
from app.keeping.record import wrong
from app.moderation.themes.models import ThemeChoice
from app.moderation.themes.queries import dropped
from app.moderation.themes.rules import in_doubt
from app.report.actions import current_figures
from app.report.packs.queries import cases_of_area
from tests.audit.standing.test_standing import NEWEST, settled
from tests.audit.thresholds.test_thresholds import DOCUMENTS
from tests.browser import plain
from tests.test_statements import MOST, counted
from tests.world import REF, World, the_audit

NEW = DOCUMENTS["national-casework-2026.1"]
HERE = f"/audits/{REF}/learning-points"
# PLA1 alone is behind the first, PLA1 and PLA2 behind the second.
ONE, TWO = "L-PLA-1", "L-PLA-2"
TICKED = [ONE, TWO, "S-GEN-1"]


def found(levels: dict[str, str], decided: dict[str, str], ticked: list[str]) -> dict[str, str]:
    same = {"degree": "moderate", "set_aside": False, "evidence": ""}
    first = [unsaved(Judgement, standard=code, judgement=level, **same) for code, level in levels.items()]
    standing = standing_judgements(first, [settled(NEWEST, code, level, "none") for code, level in decided.items()])
    return {d.theme.code: d.rests_on for d in in_doubt(NEW, "wafh", ticked, standing)}


def test_only_a_decision_at_the_best_level_puts_a_ticked_learning_point_in_doubt() -> None:
    below = {"PLA1": "met", "PLA2": "met"}
    assert found(below, {}, TICKED) == {}
    assert found(below, {"PLA1": "not_met"}, TICKED) == {}
    assert found(below, {"PLA1": "good"}, ["L-PLA-3"]) == {}, "of another standard"
    assert found(below, {"PLA1": "good"}, TICKED) == {ONE: "", TWO: "‘Case plan reviewed and used’: Met, moderate"}
    assert found({"PLA1": "good"}, {"PLA1": "good"}, TICKED) == {}, "it was at the best level before"


def raised_to_good(world: World) -> int:
    """Let a graded case of A1 have learning points of which a decision puts the standard at Good; return it."""
    with world.database.writing() as session:
        new = select(ThresholdText.id).where(ThresholdText.document_id == NEW.id, ThresholdText.version == NEW.version)
        session.execute(update(Audit).where(Audit.ref == REF).values(threshold_id=session.scalars(new).one()))
        good = (AuditCase.area == "A1", AuditCase.standing_grade == "good")
        case = session.scalars(select(AuditCase).where(*good)).one()
        said = session.scalars(select(Assessment).where(Assessment.case_id == case.id)).one()
        said.themes = list(TICKED)
        for judgement in said.judgements:
            if judgement.standard in {"PLA1", "PLA2"}:
                judgement.judgement, judgement.degree = "met", "moderate"
        decision = Decision(
            case_id=case.id,
            kind=DecisionKind.ADJUDICATION,
            grade="good",
            by_id=world.viewer("director").id,
            at=clock.now(),
            reasons="It is there.",
        )
        session.add(decision)
        session.flush()
        settle_standards(session, decision, [Settled("PLA1", "good", "none", "It is there.")])
        return case.id


def counts(world: World) -> dict[str, int]:
    """Return the learning points of the audit's figures, each with its number of cases."""
    with world.database.reading() as session:
        return dict(current_figures(session, the_audit(session))["themes"]["learning_points"])


def test_the_lead_keeps_or_drops_each_and_what_is_dropped_counts_nowhere(world: World) -> None:
    case_id, lead = raised_to_good(world), world.browser("lead")
    assert counts(world) == {ONE: 1, TWO: 1}, "nothing is dropped by itself"
    page = plain(lead.get(HERE).text)
    assert "2 learning points are to be kept or dropped" in page
    assert "Also rests on: ‘Case plan reviewed and used’: Met, moderate" in page
    assert HERE in lead.get(f"/cases/{case_id}").text
    assert HERE in lead.get(f"/audits/{REF}").text
    assert "2 learning points rest on a standard" in plain(lead.get(f"/audits/{REF}/finalise").text)
    lead.post(HERE, {"case": str(case_id), "theme": ONE, "choice": "drop"})
    lead.post(HERE, {"case": str(case_id), "theme": TWO, "choice": "keep"})
    assert "You have looked at all of them" in plain(lead.get(HERE).text)
    assert "rest on a standard" not in plain(lead.get(f"/audits/{REF}/finalise").text)
    assert counts(world) == {TWO: 1}
    assert "Dropped by the audit lead" in plain(world.browser("head1").get(f"/cases/{case_id}").text)
    with world.database.reading() as session:
        told = next(c for c in cases_of_area(session, the_audit(session), "A1") if c.case.id == case_id)
        assert list(told.themes) == [TWO, "S-GEN-1"]
        assert dropped(session, AuditCase.area == "A2") == {}
        names = list(session.scalars(select(Event.name).order_by(Event.number.desc()).limit(2)))
        assert names == ["learning_point_kept", "learning_point_dropped"]
        assert [s for s in wrong(session) if "heme choice" in s] == []
    lead.post(HERE, {"case": str(case_id), "theme": ONE, "choice": "keep"})
    assert counts(world) == {ONE: 1, TWO: 1}, "the choice can be changed"
    with world.database.writing() as session:
        session.execute(update(ThemeChoice).values(keep=False))
        assert any("heme choice" in sentence for sentence in wrong(session))


def test_a_decision_that_falls_takes_what_was_dropped_with_it_back(world: World) -> None:
    case_id = raised_to_good(world)
    world.browser("lead").post(HERE, {"case": str(case_id), "theme": ONE, "choice": "drop"})
    with world.database.writing() as session:
        later = Decision(
            case_id=case_id,
            kind=DecisionKind.ADJUDICATION,
            grade="met",
            by_id=world.viewer("director").id,
            at=clock.now(),
            reasons="It is not there.",
        )
        session.add(later)
        session.flush()
        settle_standards(session, later, [Settled("PLA1", "met", "moderate", "It is not there.")])
    assert counts(world) == {ONE: 1, TWO: 1}
    assert "No learning point" in plain(world.browser("lead").get(HERE).text)


def test_it_is_the_leads_alone_while_figures_are_not_frozen_and_of_what_is_in_doubt(world: World) -> None:
    case_id, lead = raised_to_good(world), world.browser("lead")
    sent = {"case": str(case_id), "theme": ONE, "choice": "drop"}
    for who, status in (("director", 403), ("im1", 403), ("head1", 403), ("reader", 404), ("stranger", 404)):
        world.browser(who).post(HERE, sent, status=status)
    lead.post(HERE, {**sent, "theme": "S-GEN-1"}, status=404)
    lead.post(HERE, {**sent, "case": "x"}, status=404)
    lead.post(HERE, {**sent, "choice": "perhaps"}, status=404)
    with counted(world) as asked:
        lead.get(HERE)
    assert len(asked) <= MOST
    with world.database.writing() as session:
        session.execute(update(Audit).where(Audit.ref == REF).values(state="finalised"))
    lead.post(HERE, sent, status=409)
    assert "figures were frozen" in plain(lead.get(HERE).text)
