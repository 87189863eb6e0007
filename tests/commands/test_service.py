"""The commands about roles with days, areas and regions."""

import json
from datetime import timedelta

from app.clock import today
from tests.commands.conftest import Run
from tests.world import REF


def test_a_role_has_days(run: Run) -> None:
    role: tuple[str, ...] = ("user", "role", "nobody@example.test", "lead", "--audit", REF)
    # Two people give this role; whoever gets it is none of them.
    said = run(*role)
    assert said[0] == 1
    assert "--agreed-by admin@example.test or director@example.test" in said[2]
    for nobody in ("lead@example.test", "nobody@example.test", "who@example.test"):
        assert run(*role, "--agreed-by", nobody)[0] == 1
    role = (*role, "--agreed-by", "director@example.test")
    assert run(*role, "--from", "2020-01-02", "--until", "2020-01-01")[0] == 1
    assert run(*role, "--until", "yesterday")[0] == 2
    last = f"{today() + timedelta(days=9):%Y-%m-%d}"
    assert run(*role, "--until", last)[0] == 0
    assert run(*role[:6], "--end", "--until", last)[0] == 1
    told = next(p for p in json.loads(run("--json", "user", "list")[1]) if p["email"].startswith("nobody@"))
    assert told["roles"] == [{"role": "lead", "scope": "audit", "of": REF, "until": last}]
    assert f"lead of {REF} until {last}" in run("user", "list")[1]


def test_areas_and_regions(run: Run) -> None:
    assert run("region", "add", "S", "--name", "South")[0] == 0
    assert run("region", "add", "s", "--name", "South")[0] == 1
    assert run("region", "rename", "N", "--name", "North")[0] == 1
    assert run("area", "add", "A3", "--name", "Kent", "--region", "S")[0] == 0
    assert run("area", "add", "a1")[0] == 1
    assert run("area", "add", "A4", "--region", "N")[0] == 1
    assert run("area", "change", "A3", "--region", "")[1] == "A3 is changed.\n"
    assert run("area", "change", "A3", "--name", "Kent")[1] == "Nothing was changed.\n"
    then = ("--day", "2027-04-01", "--reason", "Too large.")
    assert "still open there" in run("area", "close", "A1", *then)[2]
    assert run("area", "split", "A3", "--into", "A3P", *then)[0] == 1
    wrong = ("area", "split", "A3", "--into", "A3P=Public", "A3V", "--head", "A3P=nobody-here@example.test", *then)
    assert run(*wrong)[0] == 1
    assert run(*wrong[:6], "--head", "A3P=head1@example.test", *then)[0] == 0
    assert run("area", "merge", "A1", "A2", "--into", "A1N=One", *then)[0] == 0
    listed = {of["code"]: of for of in json.loads(run("--json", "area", "list")[1])}
    assert listed["A1"]["successor"] == "A1N"
    assert listed["A3V"] == {"code": "A3V", "name": "A3V", "region": "", "heads": [], "opened": "2027-04-01"}
    assert run("verify-log")[0] == 0
