"""The commands of the kinds of work, and those of a sample that take their file."""

import json
from pathlib import Path

from app.people.kinds import SHIPPED
from app.people.queries import kinds_now
from tests.commands.conftest import Run, run  # noqa: F401 - a fixture
from tests.installation.kinds.test_another_service import LISTS, its_list
from tests.world import World


def test_lists_are_shown_exported_and_imported(world: World, run: Run, tmp_path: Path) -> None:  # noqa: F811
    status, out, _ = run("kinds", "show")
    assert status == 0
    assert "Law types\twafh\tPrivate law, work after first hearing (WAFH)" in out
    file = tmp_path / "kinds.yaml"
    assert run("kinds", "export", file)[0] == 0
    assert run("kinds", "import", file)[1].strip() == "Nothing was changed."
    changed = file.read_text(encoding="utf-8").replace("name: Public law", "name: Public work")
    file.write_text(changed, encoding="utf-8")
    assert run("kinds", "import", file)[1].strip() == "The kinds of work are changed."
    file.write_text("bands: []\n", encoding="utf-8")
    out = run("kinds", "import", file)[1]
    assert "Closed, as they are used: B1 and B2." in out
    with world.database.reading() as session:
        kinds = kinds_now(session)
    assert kinds.bands.codes == ("B1", "B2"), "what nothing used is taken away"
    assert kinds.bands.open == ()
    assert kinds.law_types.name("public") == "Public work", "a list that the file does not name stays"
    assert kinds.employment == SHIPPED.employment


def test_a_file_that_is_none_is_refused_with_what_is_wrong(world: World, run: Run, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "kinds.yaml"
    for text, sentence in (
        ("law_types: [", "kinds.yaml"),
        ("law_types: []\n", "at least one has to be open"),
        ("law_types:\n- {code: Rent, name: Rent}\n", "begins with a small letter"),
        ("colours: []\n", "The lists are law_types"),
    ):
        file.write_text(text, encoding="utf-8")
        status, _, err = run("kinds", "import", file)
        assert status == 1, text
        assert sentence in err
    with world.database.reading() as session:
        assert kinds_now(session) == SHIPPED


def test_a_sample_of_another_service_without_bands_and_its_check(run: Run, tmp_path: Path) -> None:  # noqa: F811
    kinds, filings, receipt = tmp_path / "kinds.yaml", tmp_path / "list.csv", tmp_path / "receipt.json"
    kinds.write_text(json.dumps(LISTS), encoding="utf-8")
    filings.write_bytes(its_list())
    drawing = ("sample", filings, "--seed", "12345678901234567890", "--out", tmp_path / "s.csv", "--receipt", receipt)
    assert "is not known" in "".join(run(*drawing, "--missing-band", "none")[1:])
    status, out, _ = run(*drawing, "--missing-band", "none", "--kinds", kinds)
    assert status == 0
    assert "8 cases are drawn" in out
    assert run("verify-sample", filings, receipt, "--kinds", kinds)[0] == 0
