"""`init`: a scenario that is whole, explained, free of doubts and sensible, and no lost files.

With `--from`: a copy of a shipped one that runs from where it is.
"""

import re
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.estimates import estimate
from neocloud_mc.scenario import library, shape as shapes
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.shape import Shape
from neocloud_mc.scenario.sources import entries, uncovered

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def text(capsys: Capture) -> str:
    """The starting scenario; it is in x.yaml, too."""
    assert main(["init", "x.yaml"]) == 0
    capsys.readouterr()
    return Path("x.yaml").read_text(encoding="utf-8")


def test_it_says_what_to_do_next_on_standard_error(capsys: Capture) -> None:
    assert main(["init", "my cloud.yaml"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split("  #")[0].rstrip() for line in told.err.splitlines()] == [
        "neocloud-mc validate 'my cloud.yaml'",
        "neocloud-mc run 'my cloud.yaml'",
        "neocloud-mc explain 'my cloud.yaml' --issuer acme --find default",
    ]
    assert main(["init", "--quiet", "y.yaml"]) == 0
    assert capsys.readouterr().err == ""


def test_the_command_that_it_names_explains_a_default(text: str, capsys: Capture) -> None:
    assert main(["explain", "x.yaml", "--issuer", "acme", "--find", "default", "-q"]) == 0
    assert "acme defaults in " in capsys.readouterr().out


def test_a_file_is_never_replaced_unasked(capsys: Capture) -> None:
    Path("mine.yaml").write_text("mine\n", encoding="utf-8")
    assert main(["init", "mine.yaml"]) == 2
    assert capsys.readouterr() == (
        "",
        "mine.yaml exists and is left as it is; --force replaces it\n",
    )
    assert Path("mine.yaml").read_text(encoding="utf-8") == "mine\n"
    assert main(["init", "mine.yaml", "--force"]) == 0
    assert load("mine.yaml").warnings == []


def test_a_folder_that_is_not_there_is_one_line(capsys: Capture) -> None:
    assert main(["init", "none/x.yaml"]) == 1
    assert capsys.readouterr().err == "none/x.yaml: cannot be written: No such file or directory\n"


def test_a_dash_writes_to_standard_output_alone(text: str, capsys: Capture) -> None:
    assert main(["init", "-"]) == 0
    assert capsys.readouterr() == (text, "")


def test_it_is_valid_without_doubts_and_every_figure_has_a_range(text: str) -> None:
    loaded = load("x.yaml")
    assert loaded.warnings == []
    assert uncovered(loaded.resolved) == []
    assumed = [entry for entry in entries(loaded.resolved) if entry.kind == "assumption"]
    assert len(assumed) > 100
    for entry in assumed:
        assert entry.low is not None and entry.high is not None, entry.path
        assert entry.low <= entry.value <= entry.high, entry.path


def test_it_has_one_market_two_gpus_three_customers_two_issuers_and_a_vehicle(text: str) -> None:
    scenario = load("x.yaml").scenario
    found = (scenario.gpus, scenario.customers, scenario.issuers)
    assert [len(things) for things in found] == [2, 3, 3]
    assert [issuer.parent for issuer in scenario.issuers.values()] == [None, None, "acme"]
    kinds = {t.kind for issuer in scenario.issuers.values() for t in issuer.tranches.values()}
    assert kinds == {"term", "delayed_draw", "revolver", "notes"}


def test_it_shows_every_key_of_the_format(text: str) -> None:
    def keys(shape: Shape) -> set[str]:
        below = [shape.item] if shape.item else [shape.child(key) for key in shape.keys]
        return set(shape.keys).union(*(keys(child) for child in below if child))

    shown = set(re.findall(r"(\w+):", text))
    assert keys(shapes.whole()) - shown == {"name"}


def test_every_key_is_explained_where_it_first_stands(text: str) -> None:
    """Ids are the author's own; a mapping of two regimes is explained by its head."""
    own = {"h100", "b200", "bank", "lab", "startups", "acme", "running", "ordered", "expansion",
           "loan", "ddtl", "revolver", "notes", "shortage", "glut", "description", "customer",
           "gpu", "costs", "issuers", "market", "label"}  # fmt: skip
    body = text[text.index("market:") : text.index("\n  bolt:")]
    explained: set[str] = set()
    for key, comment in re.findall(r"^ *(\w+):[^#\n]*(#?)", body, re.MULTILINE):
        assert comment or key in explained | own, key
        explained.add(key)


def test_no_line_is_longer_than_a_screen(text: str) -> None:
    assert max(map(len, text.splitlines())) <= 100


def test_its_results_are_sensible(text: str) -> None:
    """No issuer is safe or lost: PDs from 2% to 40%, and every tranche has lost something."""
    scenario = load("x.yaml").scenario
    issuers = estimate(open_book(scenario), simulate(scenario, paths=20_000, seed=1)).issuers
    for issuer in issuers.values():
        pd = issuer.pd[scenario.horizon_months].value
        assert pd is not None and 0.02 < pd < 0.40
        for tranche in issuer.tranches.values():
            assert tranche.expected_loss.value, tranche.id


def test_a_copy_of_a_shipped_scenario_is_the_same_scenario_without_the_library(
    capsys: Capture,
) -> None:
    assert main(["init", "--from", "@2025-06/coreweave", "mine"]) == 0
    _, second, *_ = capsys.readouterr().err.splitlines()
    assert second.startswith("neocloud-mc run mine/2025-06/coreweave.yaml ")
    copied, shipped = load("mine/2025-06/coreweave.yaml"), load("@2025-06/coreweave")
    assert copied.resolved == shipped.resolved
    assert [str(file) for file in copied.files] == [
        f"mine/2025-06/{name}.yaml" for name in ("coreweave", "market", "customers")
    ]
    found = sorted(path.name for path in Path("mine").rglob("*.*"))
    assert found == ["coreweave.yaml", "customers.yaml", "market.yaml", "schema.json"]


def test_an_example_is_copied_as_outcomes_are(capsys: Capture) -> None:
    assert main(["init", "--from", "@example/outcomes", "mine"]) == 0
    assert "--outcomes mine/example/outcomes.yaml" in capsys.readouterr().err


def test_a_copy_of_outcomes_says_what_scores_by_them(capsys: Capture) -> None:
    assert main(["init", "--from", "@2025-06/outcomes", "."]) == 0
    assert "backtest SCENARIO --outcomes 2025-06/outcomes.yaml" in capsys.readouterr().err


def test_copies_of_two_vintages_lie_side_by_side() -> None:
    for name in ("@lambda", "@2025-06/lambda"):
        assert main(["init", "--from", name, ".", "-q"]) == 0
    newest = library.vintages()[-1]
    dates = [load(f"{vintage}/lambda.yaml").scenario.base_date for vintage in (newest, "2025-06")]
    assert [f"{date:%Y-%m}" for date in dates if date is not None] == [newest, "2025-06"]


def test_a_stress_is_copied_to_be_made_ones_own(text: str, capsys: Capture) -> None:
    assert main(["init", "--from", "@stress/openai_fails", "."]) == 0
    assert "--with stress/openai_fails.yaml" in capsys.readouterr().err
    file = Path("stress/openai_fails.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("openai", "lab"), encoding="utf-8")
    assert load("x.yaml", overlays=[str(file)]).scenario.customers["lab"].default_intensity == 1.5


def test_copies_lie_side_by_side_and_replace_nothing_that_differs(capsys: Capture) -> None:
    assert main(["init", "--from", "@2025-06/coreweave", "."]) == 0
    assert main(["init", "--from", "@2025-06/nebius", ".", "-q"]) == 0
    market, nebius = (Path("2025-06") / f"{name}.yaml" for name in ("market", "nebius"))
    market.write_text("mine: 1\n", encoding="utf-8")
    nebius.unlink()
    capsys.readouterr()
    assert main(["init", "--from", "@2025-06/nebius", "."]) == 2
    assert capsys.readouterr() == ("", f"{market} exists and is left as it is\n")
    assert market.read_text(encoding="utf-8") == "mine: 1\n"
    assert not nebius.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--from", "@coreweve", "x"), 2, "@coreweve: nothing of that name ships with the program "
         "(did you mean @coreweave?)"),
        (("--from", "coreweave", "x"), 2, "--from coreweave: the @name of a shipped scenario is "
         "expected"),
        (("--from", "@coreweave", "-"), 2, "--from copies into a folder and replaces nothing"),
        (("--from", "@coreweave", "x", "--force"), 2, "--from copies into a folder and replaces "
         "nothing"),
        (("--from", "@coreweave", "file/x"), 1, "file/x: cannot be written: Not a directory"),
    ],
)  # fmt: skip
def test_what_cannot_be_copied_is_one_line(
    arguments: tuple[str, ...], code: int, told: str, capsys: Capture
) -> None:
    Path("file").touch()
    assert main(["init", *arguments]) == code
    assert capsys.readouterr() == ("", f"{told}\n")
    assert [path.name for path in Path().iterdir()] == ["file"]


@pytest.mark.parametrize("name", list(library.catalogue()))
def test_every_shipped_file_can_be_copied(name: str) -> None:
    assert main(["init", "--from", f"@{name}", "all", "-q"]) == 0
    file = library.catalogue()[name]
    assert (Path("all") / library.place(file)).read_bytes() == file.read_bytes()
