"""Probabilities that prices imply are called so, whatever prints them."""

import json
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds

Capture = pytest.CaptureFixture[str]
PRICED = ("--set", "market.price_of_risk.price=0.3")
CASH = "issuers.acme.cash"
COMMANDS = {
    "run": (),
    "compare": (),
    "sweep": ("--vary", f"{CASH}=0:1e5:2"),
    "sensitivity": ("--only", "market.price.drift"),
    "breakeven": ("--vary", f"{CASH}=0:1e7", "--target", "acme.pd.1=0.2"),
    "explain": (),
}


def written(capsys: Capture, command: str, folder: Path, *words: str) -> str:
    file = worlds.write(folder)
    files = [file, file] if command == "compare" else [file]
    paths = [] if command == "explain" else ["--paths", "300"]
    capsys.readouterr()
    assert main([command, *files, *COMMANDS[command], *paths, *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_whose_probabilities_it_tells(
    command: str, tmp_path: Path, capsys: Capture
) -> None:
    table = written(capsys, command, tmp_path, "-q", *PRICED)
    assert "risk-neutral probabilities" in table
    assert "risk-neutral" not in written(capsys, command, tmp_path, "-q")
    document = json.loads(written(capsys, command, tmp_path, "-q", "--format", "json", *PRICED))
    assert document["measure"] == "risk-neutral"
