"""Completion in the shell: commands, options, formats, topics; all else is left to file names."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from neocloud_mc.cli import COMMANDS, app, main
from neocloud_mc.commands.shared import completion
from neocloud_mc.commands.shared.options import ResultFormat
from neocloud_mc.views import pages

BIN = str(Path(sys.executable).parent)
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


Asked = Callable[..., str]
Completed = Callable[[str], list[str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asked:
    """What the program answers a shell that sets these variables."""

    def answer(**variables: str) -> str:
        with monkeypatch.context() as shell:
            for name, value in variables.items():
                shell.setenv(name, value)
            assert main([]) == 0
        return capsys.readouterr().out

    return answer


@pytest.fixture
def completed(asked: Asked) -> Completed:
    """What bash is offered for the last word of a line."""

    def offered(line: str) -> list[str]:
        words = line.split(" ")
        place = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
        return asked(_NEOCLOUD_MC_COMPLETE="complete_bash", **place).split()

    return offered


def test_commands_are_completed_in_the_order_of_the_help_page(completed: Completed) -> None:
    assert completed("neocloud-mc ") == list(COMMANDS)
    assert completed("neocloud-mc va") == ["validate"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("neocloud-mc --ver", ["--version"]),
        ("neocloud-mc run --fo", ["--format"]),
        ("neocloud-mc run a.yaml --se", ["--seed", "--set"]),
        ("neocloud-mc run --format ", [form.value for form in ResultFormat]),
        ("neocloud-mc run --format j", ["json"]),
        ("neocloud-mc run --format=j", ["json"]),
        ("neocloud-mc docs ", list(pages.TOPICS)),
        ("neocloud-mc docs mo", ["model"]),
    ],
)
def test_options_formats_and_topics_are_completed(
    completed: Completed, line: str, offered: list[str]
) -> None:
    assert completed(line) == offered


BULLET = "tests/golden/one_bullet/scenario.yaml"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        (f"run {BULLET} --fail-if acme.pd", ["acme.pd.12"]),
        (f"explain {BULLET} --issuer a", ["acme"]),
        (f"sweep {BULLET} --vary market.price.vol", ["market.price.volatility"]),
    ],
)
def test_names_that_lie_in_the_scenario_are_completed(
    completed: Completed, line: str, offered: list[str]
) -> None:
    assert completed(f"neocloud-mc {line}") == offered


def context(*words: str) -> typer.Context:
    """A command line whose last option has no value yet."""
    found = typer.Context(get_command(app))
    found.args = list(words)
    return found


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("acme.pd", ["acme.pd.12"]),
        ("acme.pd.1", ["acme.pd.1", "acme.pd.10", "acme.pd.11", "acme.pd.12"]),
        ("acme.loan.l", ["acme.loan.lgd"]),
        ("portfolio.es.99", ["portfolio.es.99", "portfolio.es.99.9"]),
        ("joint.", ["joint.at_least.1"]),
        ("nothing", []),
    ],
)
def test_measures_are_offered_by_the_year_until_a_month_is_begun(
    begun: str, offered: list[str]
) -> None:
    assert completion.measures(context("--paths", "5", BULLET), begun) == offered


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("gp", ["gpus"]),
        ("issuers.", ["issuers.acme"]),
        ("issuers.acme.tran", ["issuers.acme.tranches"]),
        ("market.price.drift.", ["market.price.drift.glut", "market.price.drift.shortage"]),
        ("market.nowhere.", []),
    ],
)
def test_keys_are_offered_a_level_at_a_time(begun: str, offered: list[str]) -> None:
    assert completion.keys(context(BULLET), begun) == offered


@pytest.mark.parametrize("words", [(), ("-",), ("none.yaml",), ("pyproject.toml",)])
def test_without_a_scenario_that_is_right_nothing_is_offered_or_told(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for offer in (completion.measures, completion.issuers, completion.keys):
        assert offer(context(*words), "") == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("line", ["run scen", "validate ", "run a.yaml --output o", "init "])
def test_where_a_file_is_expected_the_shell_is_left_to_offer_files(
    asked: Asked, completed: Completed, line: str
) -> None:
    assert completed(f"neocloud-mc {line}") == []
    zsh = asked(_NEOCLOUD_MC_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=f"neocloud-mc {line}")
    assert zsh.strip() == "_files"
    script = asked(_NEOCLOUD_MC_COMPLETE="source_bash")
    assert "complete -o default -F" in script


def test_names_of_commands_are_offered_without_importing_the_commands() -> None:
    place = {"COMP_WORDS": "neocloud-mc ", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "neocloud_mc"],
        env=os.environ | place | {"_NEOCLOUD_MC_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == list(COMMANDS)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "neocloud_mc.cli" in imported
    assert not {"numpy", "numba", "neocloud_mc.commands.run"} & imported


def test_zsh_and_fish_are_told_what_each_command_does(asked: Asked) -> None:
    line = {"_TYPER_COMPLETE_ARGS": "neocloud-mc va", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    zsh = asked(_NEOCLOUD_MC_COMPLETE="complete_zsh", **line)
    assert '"validate":"Report all mistakes of scenario files at once' in zsh
    fish = asked(_NEOCLOUD_MC_COMPLETE="complete_fish", **line)
    assert fish.startswith("validate\tReport all mistakes of scenario files at once")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_every_shell(asked: Asked, shell: str) -> None:
    script = asked(_NEOCLOUD_MC_COMPLETE=f"source_{shell}")
    assert f"_NEOCLOUD_MC_COMPLETE=complete_{shell}" in script
    assert "neocloud-mc" in script


def in_bash(script: str, home: Path) -> str:
    environment = os.environ | {"HOME": str(home), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@needs_bash
@pytest.mark.skipif(not Path(BIN, "neocloud-mc").exists(), reason="needs the installed program")
def test_bash_completes_with_what_was_installed(tmp_path: Path) -> None:
    in_bash("neocloud-mc --install-completion; exit 0", tmp_path)
    found = in_bash(
        ". ~/.bashrc; complete -p neocloud-mc; COMP_WORDS=(neocloud-mc run --form); COMP_CWORD=2; "
        '_neocloud_mc_completion neocloud-mc; echo "${COMPREPLY[*]}"',
        tmp_path,
    )
    assert found.splitlines() == [
        "complete -o default -F _neocloud_mc_completion neocloud-mc",
        "--format",
    ]


@needs_bash
@pytest.mark.skipif(not Path(BIN, "neocloud-mc").exists(), reason="needs the installed program")
def test_the_script_of_the_shell_in_use_is_shown(tmp_path: Path) -> None:
    shown = in_bash("neocloud-mc --show-completion; exit 0", tmp_path)
    assert "complete -o default -F _neocloud_mc_completion neocloud-mc" in shown
    assert list(tmp_path.iterdir()) == []
