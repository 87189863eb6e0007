"""The page on which an administrator lists the kinds of work."""

import pytest
from sqlalchemy import select

from app.events import Event
from app.keeping.record import wrong
from app.people.kinds import KindsOfWork
from app.people.queries import kinds_now
from tests.browser import plain
from tests.world import World

LIST, FORM = "/settings/kinds/law_types", {"code": "asb", "name": "Anti-social behaviour", "place": "2"}


def now(world: World) -> KindsOfWork:
    with world.database.reading() as session:
        return kinds_now(session)


@pytest.mark.parametrize("who", ["director", "lead", "head1"])
def test_the_lists_are_an_administrators(world: World, who: str) -> None:
    browser = world.browser(who)
    for path in ("/settings/kinds", f"{LIST}/new", f"{LIST}/public"):
        browser.get(path, status=404)
    browser.post(f"{LIST}/new", FORM, status=404)
    browser.post(f"{LIST}/public/close", status=404)


def test_what_is_in_no_list_does_not_exist(world: World) -> None:
    admin = world.browser("admin")
    for path in ("/settings/kinds/colours/new", f"{LIST}/criminal"):
        admin.get(path, status=404)


def test_a_kind_is_added_changed_closed_opened_and_taken_away(world: World) -> None:
    admin = world.browser("admin")
    assert "Private law, work after first hearing (WAFH)" in plain(admin.get("/settings/kinds").text)
    assert "Anti-social behaviour is added." in plain(admin.post(f"{LIST}/new", FORM).text)
    assert now(world).law_types.codes == ("public", "asb", "wafh", "wtfh")
    admin.post(
        f"{LIST}/asb", {"name": "ASB", "also": "Nuisance\r\nNoise", "explanation": "ASB is nuisance.", "place": "4"}
    )
    kind = now(world).law_types.get("asb")
    assert kind is not None
    assert (kind.name, kind.also, kind.explanation) == ("ASB", ("Nuisance", "Noise"), "ASB is nuisance.")
    assert now(world).law_types.codes[-1] == "asb"
    admin.post(f"{LIST}/asb/close")
    assert "Closed" in admin.get("/settings/kinds").text
    assert "ASB" not in plain(world.browser("director").get("/audits/new").text)
    admin.post(f"{LIST}/asb/open")
    assert "ASB" in plain(world.browser("director").get("/audits/new").text)
    admin.post(f"{LIST}/asb/remove")
    assert now(world).law_types.get("asb") is None
    with world.database.reading() as session:
        events = list(session.scalars(select(Event).where(Event.name == "settings_changed").order_by(Event.number)))
        assert events[0].details["changed"] == {
            "law_types: asb": [None, {"code": "asb", "name": "Anti-social behaviour"}],
        }
        assert events[-1].actor_id == world.viewer("admin").id
        assert not list(wrong(session))


def test_a_code_that_something_stands_in_is_closed_and_not_taken_away(world: World) -> None:
    admin = world.browser("admin")
    page = plain(admin.get(f"{LIST}/wafh").text)
    assert "It is used in 1 audit" in page
    assert "Take away" not in page
    refused = plain(admin.post(f"{LIST}/wafh/remove", status=409).text)
    assert "so it can only be closed" in refused
    for which, code in (("bands", "B1"), ("employment", "agency"), ("document_kinds", "report")):
        assert "so it cannot be taken away" in plain(admin.get(f"/settings/kinds/{which}/{code}").text)
    assert "It can be taken away" not in page
    assert "Nothing is of this kind yet" in plain(admin.get("/settings/kinds/bands/B3").text)


def test_the_last_open_one_and_the_usual_one_stay(world: World) -> None:
    admin = world.browser("admin")
    for code in ("public", "wafh"):
        admin.post(f"{LIST}/{code}/close")
    assert "at least one has to be open" in plain(admin.post(f"{LIST}/wtfh/close", status=400).text)
    usual = "/settings/kinds/employment"
    assert "Choose another for it first" in plain(admin.post(f"{usual}/employed/close", status=400).text)
    admin.post(f"{usual}/agency", {"name": "Agency", "usual": "yes", "place": "2"})
    assert now(world).employment.usual == "agency"
    admin.post(f"{usual}/employed/close")
    assert now(world).employment.open[0].code == "agency"


WRONG = {
    "no name": ({"name": " "}, "Enter the name"),
    "a code with a blank": ({"code": "a b"}, "begins with a small letter"),
    "a code that is there": ({"code": "public"}, "There is a law type public already: Public law"),
    "a name that is there": ({"name": "WAFH"}, "‘WAFH’ is there already"),
    "no place": ({"place": "x"}, "Choose the place in the list"),
    "no sentence": ({"explanation": "Noise"}, "which ends with a full stop"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_refusal_gives_back_what_was_typed(world: World, case: str) -> None:
    changes, sentence = WRONG[case]
    page = world.browser("admin").post(f"{LIST}/new", {**FORM, "also": "Nuisance", **changes}, status=422).text
    assert plain(page).count(sentence) >= 2, "in the summary and at the field"
    assert "Nuisance" in page
    assert now(world).law_types.codes == ("public", "wafh", "wtfh")


def test_saving_what_is_there_makes_no_event(world: World) -> None:
    admin = world.browser("admin")
    done = admin.post(f"{LIST}/public", {"name": "Public law", "place": "1"})
    assert "Nothing was changed." in plain(done.text)
