"""Files that extend each other: what wins, what is inherited, and what is refused."""

import io
from pathlib import Path

import pytest

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.load import Loaded, load
from tests.scenario.desk import SMALL, loaded, mistakes, write


@pytest.fixture(autouse=True)
def base(folder: Path) -> None:
    """A good file to extend."""
    write(folder, base=SMALL)


def told(source: str) -> list[str]:
    with pytest.raises(ScenarioError) as failure:
        load(source)
    return failure.value.lines


def test_the_extending_file_wins_key_by_key() -> None:
    scenario = loaded("extends: base.yaml\nmarket: {risk_free: 0.01}\n").scenario
    assert scenario.market.risk_free == 0.01
    assert scenario.market.total_gpus == 4e6


def test_of_several_parents_the_later_wins() -> None:
    write(Path(), one="market: {risk_free: 0.01, total_gpus: 1}\n", two="market: {risk_free: 0.02}")
    market = loaded("extends: [base.yaml, one.yaml, two.yaml]\n").scenario.market
    assert (market.risk_free, market.total_gpus) == (0.02, 1)


def test_a_file_extended_twice_does_not_undo_what_the_first_of_its_children_changed() -> None:
    write(Path(), one="extends: base.yaml\nmarket: {risk_free: 0.01}\n",
          two="extends: base.yaml\nmarket: {total_gpus: 1}\n")  # fmt: skip
    result = loaded("extends: [one.yaml, two.yaml]\n")
    assert (result.scenario.market.risk_free, result.scenario.market.total_gpus) == (0.01, 1)
    assert [file.name for file in result.files] == ["x.yaml", "one.yaml", "base.yaml", "two.yaml"]


def test_name_and_description_are_not_inherited_and_sources_are() -> None:
    write(Path(), parent="extends: base.yaml\nname: parent\ndescription: about the parent\n")
    scenario = loaded("extends: parent.yaml\nsources: {market: them}\n").scenario
    assert (scenario.name, scenario.description) == ("x", "")
    assert scenario.sources["issuers.acme.cash"] == "annual report"
    assert scenario.sources["market"] == "them"
    assert scenario.horizon_months == 36


def test_null_deletes_a_key_and_never_reaches_the_scenario() -> None:
    text = (
        "extends: base.yaml\nissuers: {acme: {backstop: null, tranches: {shelf: ~}}}\nnone: null\n"
    )
    result = loaded(text + "portfolio: {acme.shelf: null}\n")
    assert result.scenario.issuers["acme"].backstop is None
    assert "shelf" not in result.scenario.issuers["acme"].tranches
    assert "none" not in result.resolved


def test_a_null_in_one_parent_deletes_what_an_earlier_one_set() -> None:
    write(Path(), without="issuers: {acme: {support: null}}\n")
    scenario = loaded("extends: [base.yaml, without.yaml]\n").scenario
    assert scenario.issuers["acme"].support is None


def test_keys_keep_the_order_of_the_files() -> None:
    text = "extends: base.yaml\nissuers: {acme: {contracts: {lab: {count: 1}, extra: null}}}\n"
    resolved = loaded(text).resolved
    assert list(resolved)[:4] == ["name", "base_date", "horizon_months", "market"]
    assert list(resolved)[-2:] == ["sources", "assumptions"]


def test_a_mistake_stands_in_the_file_whose_value_won() -> None:
    write(Path(), wrong="market: {risk_free: 4}\ngpus: {h100: {price: -1}}\n")
    assert [line.partition(": ")[0] for line in mistakes(
        "extends: [base.yaml, wrong.yaml]\nmarket: {risk_free: 5}\n"
    )] == ["x.yaml:2:10", "wrong.yaml:2:15"]  # fmt: skip


def test_a_missing_key_is_told_at_the_mapping_that_lacks_it() -> None:
    text = "extends: base.yaml\nissuers:\n  beta: {label: Beta}\n"
    assert mistakes(text)[0].startswith("x.yaml:3:3: issuers.beta.cash: is missing")


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ("bsae.yaml", "x.yaml:1:1: extends: there is no file 'bsae.yaml' (did you mean "
         "'base.yaml'?)"),
        ("[base.yaml, 3]", "x.yaml:1:22: extends: the name of a file is expected, found 3"),
        ("{a: b}", "x.yaml:1:1: extends: the name of a file is expected, found a mapping"),
        ("x.yaml", "x.yaml:1:1: extends: a cycle: x.yaml -> x.yaml"),
        ("../up.yaml", "x.yaml:1:1: extends: '../up.yaml' is outside the folder . of x.yaml"),
        ("/etc/passwd", "x.yaml:1:1: extends: '/etc/passwd' is outside the folder . of x.yaml"),
        ("link.yaml", "x.yaml:1:1: extends: 'link.yaml' is outside the folder . of x.yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_told_at_the_entry(extends: str, expected: str) -> None:
    Path("link.yaml").symlink_to("/etc/passwd")
    assert mistakes(f"extends: {extends}\n") == [expected]


def test_a_longer_cycle_is_told_as_a_chain() -> None:
    write(Path(), a="extends: b.yaml\n", b="extends: a.yaml\n")
    assert told("a.yaml")[0] == "b.yaml:1:1: extends: a cycle: a.yaml -> b.yaml -> a.yaml"


def test_too_many_files_are_refused() -> None:
    write(Path(), **{f"f{k}": f"extends: f{k + 1}.yaml\n" for k in range(150)}, f150=SMALL)
    assert told("f0.yaml") == ["f99.yaml:1:1: extends: more than 100 files"]


def test_a_file_in_a_folder_below_may_be_extended_and_is_named_from_here() -> None:
    Path("parts").mkdir()
    write(Path("parts"), market="extends: prices.yaml\nmarket: {risk_free: 7}\n", prices=SMALL)
    assert mistakes("extends: parts/market.yaml\n")[0].startswith("parts/market.yaml:2:10: ")


def test_paths_are_shown_as_they_were_given(folder: Path) -> None:
    absolute = str(folder / "wrong.yaml")
    write(folder, wrong="extends: base.yaml\nmarket: {risk_free: 7}\n")
    assert told(absolute)[0].startswith(f"{absolute}:2:10: ")
    assert told("./wrong.yaml")[0].startswith("./wrong.yaml:2:10: ")


def test_standard_input_extends_files_of_the_working_directory() -> None:
    result = from_stdin("extends: base.yaml\nmarket: {risk_free: 0.01}\n")
    assert result.scenario.name == "stdin"
    assert result.scenario.market.risk_free == 0.01
    assert result.files == (Path("base.yaml"),)


def test_standard_input_is_bounded() -> None:
    with pytest.raises(ScenarioError, match=r"^-: larger than 10 MB$"):
        from_stdin(" " * 10_000_001)


def from_stdin(text: str) -> Loaded:
    return load("-", stdin=io.StringIO(text))
