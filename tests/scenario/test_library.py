"""Scenarios that ship with the program: found by name, told by name, extended by name."""

from pathlib import Path

import pytest

from neocloud_mc.engine.run import digest
from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario import extends, library
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.shipped import shipped
from tests.scenario.desk import loaded, mistakes, write

SOURCE = Path(__file__).parents[2] / "scenarios"


def told(source: str) -> list[str]:
    with pytest.raises(ScenarioError) as failure:
        load(source)
    return failure.value.lines


def test_every_file_of_the_folder_has_a_name() -> None:
    named = [file.relative_to(library.folder()) for file in library.catalogue().values()]
    assert sorted(named) == sorted(file.relative_to(SOURCE) for file in SOURCE.rglob("*.yaml"))
    assert library.schema().is_file()


def test_the_newest_vintage_goes_without_saying_and_may_be_said() -> None:
    assert library.vintages() == ("2025-06", "2026-06")
    assert library.find("@neoclouds") == SOURCE / "2026-06" / "neoclouds.yaml"
    assert library.find("@2026-06/neoclouds") == library.find("@neoclouds")
    assert library.find("@2025-06/neoclouds") == SOURCE / "2025-06" / "neoclouds.yaml"
    for path in ("2026-06/neoclouds.yaml", "2025-06/neoclouds.yaml"):
        assert library.find(library.shown(library.folder() / path)) == SOURCE / path


def test_a_pattern_stays_within_its_folder() -> None:
    found = library.matching("@stress/*")
    assert {"@stress/fire_sale", "@stress/late_deliveries", "@stress/no_ipo"} <= set(found)
    assert library.find("@stress/no_ipo") == SOURCE / "stress" / "2026-06" / "no_ipo.yaml"
    older = library.matching("@stress/2025-06/*")
    assert "@stress/2025-06/late_deliveries" in older and not set(older) & set(found)


def test_what_only_an_older_vintage_has_is_not_taken_from_it_unasked() -> None:
    assert told("@xai_spv") == [
        "@xai_spv: nothing of that name ships with the program (did you mean @2025-06/xai_spv or "
        "@xai?)"
    ]


@pytest.mark.parametrize("name", ["2025-06/coreweave", "2025-06/xai_spv", "2026-06/lambda"])
def test_a_name_and_a_path_are_the_same_scenario(name: str) -> None:
    by_name, by_path = load(f"@{name}"), load(SOURCE / f"{name}.yaml")
    assert by_name.resolved == by_path.resolved
    assert digest(by_name.scenario, seed=1) == digest(by_path.scenario, seed=1)
    assert by_name.files == by_path.files


def test_a_misspelt_example_is_told_its_name() -> None:
    (line,) = told("@exmple/quotes")
    assert "did you mean @example/quotes or" in line


def test_files_are_paths_that_exist_and_are_told_by_name() -> None:
    for vintage in ("", "2025-06/"):
        files = load(f"@{vintage}lambda").files
        assert all(file.is_file() for file in files)
        names = [f"@{vintage}{name}" for name in ("lambda", "market", "customers")]
        assert [library.shown(file) for file in files] == names


def test_a_path_into_the_library_is_shown_as_it_was_given_unless_it_is_absolute() -> None:
    relative = "scenarios/2025-06/market.yaml"
    assert library.shown(relative) == relative
    roundabout = library.folder() / "stress" / ".." / "2025-06" / "market.yaml"
    assert library.shown(roundabout) == "@2025-06/market"


def test_a_scenario_extends_a_shipped_one_by_name() -> None:
    result = loaded("extends: ['@market', '@customers']\nmarket: {risk_free: 0.01}\n")
    assert result.scenario.market.risk_free == 0.01
    assert "openai" in result.scenario.customers
    assert [library.shown(file) for file in result.files] == ["x.yaml", "@market", "@customers"]


def test_a_mistake_in_a_shipped_file_is_told_at_its_name() -> None:
    (line,) = mistakes("extends: '@coreweave'\n", "market.price.drift.glut=x")
    assert line.startswith("--set market.price.drift.glut=x: ")
    text = "extends: '@coreweave'\ngpus: {gb200: null}\n"
    told = mistakes(text)
    assert told and all(line.startswith("@coreweave:") for line in told)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("@openai_fails", "did you mean @stress/openai_fails?"),
        ("@bandwith", "did you mean @stress/bandwidth_2000?"),
        ("@Coreweave", "did you mean @coreweave?"),
        ("@neocloud", "did you mean @neoclouds?"),
        ("@coreweave.yaml", "did you mean @coreweave?"),
        ("@../scenarios/market", "neocloud-mc scenarios lists them"),
        ("@", "neocloud-mc scenarios lists them"),
        ("@" + "x" * 10_000, "neocloud-mc scenarios lists them"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest(name: str, hint: str) -> None:
    text = f"nothing of that name ships with the program ({hint})"
    (line,) = told(name)
    assert line.startswith(name[:20]) and line.endswith(f": {text}")


def test_an_unknown_name_in_extends_is_told_at_the_entry() -> None:
    assert mistakes("extends: ['@market', '@markett']\n") == [
        "x.yaml:1:22: extends: '@markett': nothing of that name ships with the program "
        "(did you mean @market?)"
    ]


def test_a_file_that_is_not_there_names_the_shipped_one() -> None:
    hint = "(the one that ships with the program is @neoclouds)"
    assert told("scenarios/neoclouds.yaml") == [
        f"scenarios/neoclouds.yaml: there is no such file {hint}"
    ]
    text = "x.yaml:1:1: extends: there is no file 'market.yaml'"
    assert mistakes("extends: market.yaml\n") == [
        f"{text} (the one that ships with the program is @market)"
    ]


def test_a_file_of_such_a_name_is_read_by_its_path() -> None:
    write(Path(), **{"@market": "extends: '@coreweave'\nmarket: {risk_free: 0.01}\n"})
    assert load("./@market.yaml").scenario.market.risk_free == 0.01
    assert load("./@market.yaml").scenario.name == "@market"


def test_what_is_listed_is_what_the_files_say() -> None:
    found = {file.name: file for file in shipped()}
    examples = {f"@{name}" for name in library.EXAMPLES}
    assert set(found) == {f"@{name}" for name in library.catalogue()} | examples
    kinds = {name: file.kind for name, file in found.items()}
    parts = {name for name, kind in kinds.items() if kind == "part"}
    assert parts == {f"@{at}{part}" for at in ("", "2025-06/") for part in ("market", "customers")}
    for name, file in found.items():
        assert 10 < len(file.about) <= 115, name
        assert file.about[-1] in ".?", name
        assert (kinds[name] == "stress") == name.startswith("@stress/")
        assert kinds[name] != "scenario" or load(name).warnings == []
    assert kinds["@2025-06/outcomes"] == "outcomes"
    assert {name for name, kind in kinds.items() if kind == "example"} == examples
    assert found["@neoclouds"].base_date == "2026-06-30"
    assert found["@2025-06/neoclouds"].base_date == "2025-06-30"
    assert found["@stress/window_shut"].needs == ()
    assert found["@stress/openai_fails"].needs == ("customers.openai",)
    lessors = ("coreweave_ddtl_1", "coreweave_ddtl_2", "lambda_gpu_bond")
    needed = tuple(f"issuers.{issuer}" for issuer in lessors)
    assert found["@stress/microsoft_leaves"].needs == needed


def test_outcomes_that_are_run_say_what_they_are_for() -> None:
    command = "neocloud-mc backtest SCENARIO --outcomes @2025-06/outcomes"
    assert told("@2025-06/outcomes") == [
        f"@2025-06/outcomes: outcomes, and no scenario: they score one, as in {command}"
    ]
    assert mistakes("until: 2026-06\nmarket: {}\n")[0].startswith("x.yaml:1:1: until: unknown key")


def test_outcomes_that_are_laid_over_a_scenario_say_what_they_are_for() -> None:
    with pytest.raises(ScenarioError) as found:
        load("@2025-06/coreweave", overlays=["@2025-06/outcomes"])
    (line,) = found.value.lines
    assert line.startswith("@2025-06/outcomes: outcomes, and no scenario: they score one, as in")


def test_an_example_is_told_by_its_name() -> None:
    with pytest.raises(ScenarioError, match=r"^@example/quotes:1:1: a mapping with keys"):
        load("@2025-06/coreweave", overlays=["@example/quotes"])


def test_no_shipped_file_reads_anything_outside_the_library() -> None:
    for name in library.catalogue():
        files = extends.read(f"@{name}", (), None).files
        assert all(library.shown(file).startswith("@") for file in files)
