"""`run` in this process, for tests: what it prints, and how it is refused."""

import json
from typing import Any

import pytest

from neocloud_mc.cli import main

Capture = pytest.CaptureFixture[str]


def run(*arguments: str) -> int:
    return main(["run", *arguments, "-q"])


def result(capsys: Capture, *arguments: str) -> dict[str, Any]:
    """The result without what differs from time to time; nothing else is said."""
    capsys.readouterr()
    assert run("--format", "json", *arguments) == 0
    told = capsys.readouterr()
    assert told.err == ""
    found: dict[str, Any] = json.loads(told.out)
    return {key: value for key, value in found.items() if key not in ("timing", "manifest")}


def refusal(capsys: Capture, code: int, *arguments: str) -> str:
    """The one line that a command is refused with."""
    capsys.readouterr()
    assert run(*arguments) == code
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    return told.err
