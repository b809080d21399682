"""`scenarios`: what ships with the program, in groups, one line each."""

import json
import re
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.scenario import library

Capture = pytest.CaptureFixture[str]


def listed(capsys: Capture, *arguments: str) -> str:
    assert main(["scenarios", *arguments]) == 0
    return capsys.readouterr().out


def test_every_shipped_file_is_listed_once_and_stresses_stand_apart(capsys: Capture) -> None:
    whole, _, rest = listed(capsys).partition("\nStresses")
    stresses, _, outcomes = rest.partition("\nOutcomes")
    names = re.compile(r"^@\S+", re.MULTILINE)
    known = (*library.catalogue(), *library.EXAMPLES)
    assert sorted(names.findall(whole + rest)) == sorted(f"@{name}" for name in known)
    assert all(library.find(name) for name in names.findall(whole + rest))
    assert all(name.startswith("@stress/") for name in names.findall(stresses))
    assert "@stress/" not in whole + outcomes


def test_a_line_has_the_date_or_the_needs_and_what_it_is(capsys: Capture) -> None:
    lines = [line.rstrip() for line in listed(capsys).splitlines()]
    (coreweave,) = (line for line in lines if line.startswith("@coreweave "))
    assert re.fullmatch(r"@coreweave +2026-06-30 +CoreWeave a year on: .*\.", coreweave)
    (older,) = (line for line in lines if line.startswith("@2025-06/coreweave "))
    assert re.fullmatch(r"@2025-06/coreweave +2025-06-30 +CoreWeave: .*\.", older)
    (openai,) = (line for line in lines if line.startswith("@stress/openai_fails "))
    assert re.fullmatch(r"@stress/openai_fails +openai +The tenant .*\.", openai)
    (late,) = (line for line in lines if line.startswith("@stress/late_deliveries "))
    needs = "coreweave, coreweave_ddtl_4, coreweave_ddtl_5, 13 more"
    assert re.fullmatch(rf"@stress/late_deliveries +{needs} +Halls .*\.", late)
    (shut,) = (line for line in lines if line.startswith("@stress/window_shut "))
    assert re.fullmatch(r"@stress/window_shut +nothing +Nobody lends: .*\.", shut)


def test_the_list_comes_as_json(capsys: Capture) -> None:
    found = {one["name"]: one for one in json.loads(listed(capsys, "--format", "json"))}
    assert list(found) == [f"@{name}" for name in (*library.catalogue(), *library.EXAMPLES)]
    assert found["@stress/2025-06/many_tenants"]["needs"] == ["issuers.nebius"]
    assert {found[f"@{name}"]["kind"] for name in library.EXAMPLES} == {"example"}
    assert (found["@market"]["kind"], found["@lambda"]["base_date"]) == ("part", "2026-06-30")


def test_the_list_goes_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    assert listed(capsys, "-o", str(tmp_path / "list.txt")) == ""
    assert (tmp_path / "list.txt").read_text(encoding="utf-8") == listed(capsys)
    assert listed(capsys, "-o", str(tmp_path / "list.json")) == ""
    assert (tmp_path / "list.json").read_text("utf-8") == listed(capsys, "--format", "json")
