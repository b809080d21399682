"""Files that extend each other: what wins, what is inherited, and what is refused."""

import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.load import Loaded, load
from tests.scenario.desk import SMALL, loaded, mistakes, write

ALLOWED = (
    " (allowed: plain files named *.yaml or *.yml in the folder of x.yaml or the one above it)"
)
FOLDER = "a folder, not a file"


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
    text = "extends: base.yaml\nissuers: {acme: {backstop: null, tranches: {shelf: ~}}}\n"
    result = loaded(text + "portfolio: {acme.shelf: null}\n")
    assert result.scenario.issuers["acme"].backstop is None
    assert "shelf" not in result.scenario.issuers["acme"].tranches
    assert "acme.shelf" not in (result.scenario.portfolio or {})


def test_a_null_in_one_parent_deletes_what_an_earlier_one_set() -> None:
    write(Path(), without="issuers: {acme: {support: null}}\n")
    scenario = loaded("extends: [base.yaml, without.yaml]\n").scenario
    assert scenario.issuers["acme"].support is None


def test_keys_keep_the_order_of_the_files() -> None:
    text = "extends: base.yaml\nissuers: {acme: {contracts: {lab: {count: 1}, anchor: null}}}\n"
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
        (f"{'n' * 300}.yaml", f"x.yaml:1:1: extends: '{'n' * 59}…': cannot be read: File name too "
         f"long{ALLOWED}"),
        ("pipe.yaml", f"x.yaml:1:1: extends: 'pipe.yaml': not a plain file{ALLOWED}"),
        ("folder.yaml", f"x.yaml:1:1: extends: 'folder.yaml': a folder, not a file{ALLOWED}"),
        ("loop.yaml", f"x.yaml:1:1: extends: 'loop.yaml': cannot be read: Too many levels of "
         f"symbolic links{ALLOWED}"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_told_at_the_entry(extends: str, expected: str) -> None:
    os.mkfifo("pipe.yaml")
    Path("folder.yaml").mkdir()
    Path("loop.yaml").symlink_to("loop.yaml")
    assert mistakes(f"extends: {extends}\n") == [expected]


@pytest.mark.parametrize(
    "extends",
    ["/etc/passwd", "../../etc/passwd", "../../up.yaml", "/dev/zero", "/dev/stdin", "/", "..", ".",
     "notes.txt", "-", "link.yaml", "text.yaml", "linked/a.yaml", "/proc/self/environ"],
)  # fmt: skip
def test_nothing_is_read_but_yaml_near_the_scenario(folder: Path, extends: str) -> None:
    away = folder / "away"
    near = folder / "here" / "near"
    away.mkdir()
    near.mkdir(parents=True)
    write(folder, up=SMALL)
    write(away, a=SMALL)
    (near / "notes.txt").write_text(SMALL)
    (near / "linked").symlink_to(away)
    (near / "link.yaml").symlink_to("/etc/passwd")
    (near / "text.yaml").symlink_to("notes.txt")
    write(near, x=f"extends: '{extends}'\n")
    assert told(str(near / "x.yaml")) == [
        f"{near}/x.yaml:1:1: extends: '{extends}' may not be read"
        + ALLOWED.replace("x.yaml", f"{near}/x.yaml")
    ]


def test_a_scenario_may_extend_files_of_the_folder_above_and_below_it(folder: Path) -> None:
    for name in ("stress", "parts"):
        (folder / name).mkdir()
    write(folder / "stress", x="extends: [../base.yaml, ../parts/more.yml]\n")
    (folder / "parts" / "more.yml").write_text("market: {risk_free: 0.01}\n")
    assert load("stress/x.yaml").scenario.market.risk_free == 0.01


def test_the_root_of_the_file_system_is_never_the_folder_above() -> None:
    with TemporaryDirectory(dir="/") as folder, TemporaryDirectory(dir="/") as other:
        write(Path(other), base=SMALL)
        write(Path(folder), x=f"extends: {other}/base.yaml\n")
        lines = told(f"{folder}/x.yaml")
    assert lines[0].endswith(f"*.yaml or *.yml in the folder of {folder}/x.yaml)")


def test_standard_input_reads_nothing_above_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "below").mkdir()
    monkeypatch.chdir("below")
    with pytest.raises(ScenarioError, match=r"\*.yml in the working directory\)$"):
        from_stdin("extends: ../base.yaml\n")


@pytest.mark.parametrize(
    ("name", "why"), [("pipe", "not a plain file (standard input is read as -)"), (".", FOLDER)]
)
def test_a_named_scenario_that_is_no_file_is_refused_at_once(name: str, why: str) -> None:
    os.mkfifo("pipe")
    assert told(name) == [f"{name}: {why}"]


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


def test_all_files_together_are_bounded() -> None:
    write(Path(), a=f"#{'x' * 6_000_000}\na: 1\n", b=f"#{'x' * 6_000_000}\na: 1\n")
    assert mistakes("extends: [a.yaml, b.yaml]\n")[0].startswith(
        "x.yaml:1:19: extends: 'b.yaml': larger than 10 MB, all files together"
    )


def test_all_values_together_are_bounded() -> None:
    values = ",".join(["1"] * 30_000)
    write(Path(), a=f"a: [{values}]\n", b=f"a: [{values}]\n")
    assert any(
        line == "b.yaml:1:1: more than 50000 values, all files together"
        for line in mistakes("extends: [a.yaml, b.yaml]\n")
    )


def test_a_list_of_too_many_files_is_one_mistake() -> None:
    names = ", ".join(f"f{k}.yaml" for k in range(300))
    assert mistakes(f"extends: [{names}]\n").count("x.yaml:1:1: extends: more than 100 files") == 1


@pytest.mark.parametrize("name", ["f/" * 5000 + "f.yaml", "''", '"a\\0.yaml"'])
def test_what_can_be_no_name_of_a_file_is_refused(name: str) -> None:
    assert "extends: the name of a file is expected" in mistakes(f"extends: {name}\n")[0]
