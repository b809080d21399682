"""A page goes through the reader's pager on a terminal, if it is longer than the screen."""

import os
import shlex
import signal
import sys
from pathlib import Path

import pytest

from neocloud_mc.views.render import pager

Capture = pytest.CaptureFixture[str]
LONG = "".join(f"line {n} ±\n" for n in range(200_000))


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm", "LINES": "24", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LESS", raising=False)


def command(script: str) -> str:
    return shlex.join([sys.executable, "-c", script])


def test_a_long_text_is_given_to_the_pager_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    file = tmp_path / "read"
    monkeypatch.setenv("PAGER", f"sh -c {shlex.quote(f'cat > {file}; echo $LESS >> {file}')}")
    pager.show(LONG, sys.stdout)
    assert file.read_text(encoding=sys.stdout.encoding) == f"{LONG}FRX\n"
    assert capsys.readouterr().out == ""


def test_options_that_the_reader_has_for_less_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESS", "iM")
    file = tmp_path / "read"
    monkeypatch.setenv("PAGER", f"sh -c {shlex.quote(f'echo $LESS > {file}')}")
    pager.show(LONG, sys.stdout)
    assert file.read_text() == "iM\n"


@pytest.mark.parametrize("asked", ["", "cat", " ", "no-such-pager -x", "'unbalanced"])
def test_without_a_pager_the_text_is_printed(
    asked: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PAGER", asked)
    pager.show(LONG, sys.stdout)
    assert capsys.readouterr().out == LONG


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_that_cannot_move_about_has_no_pager(
    term: str | None, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PAGER", command("raise SystemExit"))
    if term is None:
        monkeypatch.delenv("TERM")
    else:
        monkeypatch.setenv("TERM", term)
    pager.show(LONG, sys.stdout)
    assert capsys.readouterr().out == LONG


def test_what_fits_on_the_screen_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PAGER", command("raise SystemExit"))
    pager.show("line\n" * 23, sys.stdout)
    assert capsys.readouterr().out == "line\n" * 23
    pager.show("line\n" * 24, sys.stdout)
    assert capsys.readouterr().out == ""


def test_a_pager_that_is_closed_early_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    before = signal.getsignal(signal.SIGPIPE)
    monkeypatch.setenv("PAGER", command("import sys; sys.stdin.readline()"))
    pager.show(LONG, sys.stdout)
    assert capsys.readouterr().out == ""
    assert signal.getsignal(signal.SIGPIPE) == before


def test_an_interrupt_is_left_to_the_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "read")
    script = (
        f"import os, pathlib, signal, sys; os.kill({os.getpid()}, signal.SIGINT);"
        f"pathlib.Path({file!r}).write_text(str(len(sys.stdin.read())))"
    )
    monkeypatch.setenv("PAGER", command(script))
    pager.show(LONG, sys.stdout)
    assert (tmp_path / "read").read_text() == str(len(LONG))
