"""The figures by the API: the same to the letter as the file, whole, whatever the audit and the edition."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from app.accounts.actions import find_person, grant_role
from app.audit.library import queries as library_queries
from app.demo.cast import AREAS, WINDOW
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.people.enums import Role, Scope
from app.people.models import ServiceArea
from app.report.actions import figures_text
from app.report.enums import Stage
from app.report.figures.all_figures import figures, without_auditors
from app.report.figures.counted_cases import GradedCase, SampleFacts
from app.report.figures.disclosure import public_edition
from app.report.figures.moderation import Moderated, moderation_figures
from app.report.reading.schemas import Figures
from app.sampling.columns import Allowed
from app.sampling.reading import read_frame
from tests.report.basis import Basis
from tests.report.figures.test_figures import BASIS, OWN, RIGHT, audits, november, themes
from tests.world import ROOT, World, publish

REF = "NA-2014-11"
FACTS = SampleFacts(
    practitioners=1154,
    filings=8565,
    fraction="1/2",
    drawn=10,
    drawn_by_area={"North": 4},
    replaced={"gone": 1},
    lost=1,
    added=0,
    missing={"North": 2},
    receipt=dict.fromkeys(
        ("frame_sha256", "locked_at", "seed", "made_how", "drawn_at", "selection_sha256", "receipt_sha256"), "x"
    ),
)


def november_2014(world: World) -> None:
    """Bring in the reference audit, and let the lead of the small one lead it too."""
    folder = ROOT / "app" / "data" / "november-2014"
    with world.database.writing() as session:
        for place, code in enumerate(AREAS):
            session.merge(ServiceArea(code=code, name=code, position=place))
        session.flush()
        kept = library_queries.threshold(session, "national-casework", "2014-10")
        with (folder / "audited_cases.csv").open("rb") as file:
            results = read_results(file, library_queries.document(kept)).results
        with (folder / "frame.csv").open("rb") as file:
            frame = read_frame(file, Allowed(tuple(AREAS), ("public", "wafh", "wtfh"), (), WINDOW))
        targets = json.loads((folder / "targets_and_comparators.json").read_text())
        of = EarlierAudit(
            ref=REF, name="November 2014", window_from=WINDOW[0], window_to=WINDOW[1], threshold=kept, targets=targets
        )
        import_results(session, of, results, frame=frame)
        lead = find_person(session, "lead@example.test")
        assert lead is not None
        grant_role(session, lead, Role.LEAD, Scope.NATION, "", by=None)


def test_the_reference_audit_is_given_whole(world: World) -> None:
    november_2014(world)
    lead = world.browser("lead")
    there, file = f"/api/v1/audits/{REF}/figures", f"/audits/{REF}/report/figures.json"
    for query in ("", "?as_at=first", "?edition=public"):
        given, kept = lead.send("GET", there + query), lead.send("GET", file + query)
        assert (given.status_code, given.headers["content-type"]) == (200, "application/json")
        assert given.content == kept.content
    final = json.loads(lead.send("GET", there).content)
    assert {key: value for key, value in final.items() if key not in OWN | {"moderation"}} == RIGHT
    publish(world, REF)
    for who in ("lead", "director", "reader", "head2"):
        browser = world.browser(who)
        given, kept = browser.send("GET", there), browser.send("GET", file)
        assert (given.status_code, given.content) == (kept.status_code, kept.content), who
    assert "auditors" not in world.browser("reader").send("GET", there).json()


def same(found: Any) -> None:
    """Fail where the response model leaves out or changes anything."""
    kept = json.loads(figures_text(found))
    given = Figures.model_validate(kept).model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert figures_text(given) == figures_text(kept)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_of_the_reference_audit_fits_the_model(stage: Stage) -> None:
    found = figures(BASIS, november(), themes(), as_at=stage)
    moderated = Moderated("A1", "public", "employed", "IM01", "late", "done", "challenged", overturned=True, days=3)
    whole = {**found, "moderation": moderation_figures([moderated], found["bridge"]["stages"])}
    for edition in (found, whole, without_auditors(whole), public_edition(whole, BASIS)):
        same(edition)


@settings(max_examples=30, deadline=None)
@given(audits())
def test_random_audits_fit_the_model(audit: tuple[Basis, list[GradedCase]]) -> None:
    basis, cases = audit
    for of in (basis, Basis(basis.scale, basis.area_order, basis.law_types, sample=FACTS)):
        found = figures(of, cases)
        same(found)
        same(public_edition(found, of))


def test_a_figure_that_the_model_does_not_name_never_leaves() -> None:
    found = figures(BASIS, november(), themes()) | {"names": ["somebody"]}
    shown = Figures.model_validate(json.loads(figures_text(found))).model_dump(mode="json", exclude_unset=True)
    assert "names" not in shown
