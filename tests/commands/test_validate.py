"""`validate`: every mistake of every file, a line each, exit code 2."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from tests.scenario.desk import SMALL, changed, write

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a good file, a wrong one and a doubtful one."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        good=SMALL,
        wrong=changed("risk_free: 0.04", "risk_free: 4").replace("gpu: h100, c", "gpu: h10, c"),
        odd=changed("advance: 0.8, ", ""),
    )
    return tmp_path


def test_a_good_file_is_one_line_on_standard_output(capsys: Capture) -> None:
    assert main(["validate", "good.yaml"]) == 0
    assert capsys.readouterr() == ("ok: good.yaml (1 issuer, 4 tranches)\n", "")


def test_every_file_is_tried_and_mistakes_go_to_standard_error(capsys: Capture) -> None:
    assert main(["validate", "wrong.yaml", "none.yaml", "good.yaml"]) == 2
    told = capsys.readouterr()
    assert told.out == "ok: good.yaml (1 issuer, 4 tranches)\n"
    assert [line.split(": ")[0] for line in told.err.splitlines()] == [
        "wrong.yaml:15:3", "wrong.yaml:40:13", "wrong.yaml:44:39", "wrong.yaml:48:16", "none.yaml",
    ]  # fmt: skip


def test_doubts_are_no_mistakes_and_can_be_silenced(capsys: Capture) -> None:
    assert main(["validate", "odd.yaml"]) == 0
    assert "odd.yaml:42:13: warning: issuers.acme.fleet.new.financed_by" in capsys.readouterr().err
    assert main(["validate", "--quiet", "odd.yaml"]) == 0
    assert capsys.readouterr().err == ""


def test_settings_are_checked_too(capsys: Capture) -> None:
    assert main(["validate", "good.yaml", "--set", "issuers.acem.cash=1"]) == 2
    assert capsys.readouterr().err == (
        "--set issuers.acem.cash=1: there is no 'acem' in issuers (did you mean 'acme'?)\n"
    )


def test_what_a_file_says_never_reaches_the_terminal_as_an_escape(capsys: Capture) -> None:
    write(Path(), evil='"\\e[31mred[bold]": 1\n')
    assert main(["validate", "evil.yaml"]) == 2
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\\x1b[31mred[bold]" in told


def test_bad_usage_is_exit_2(capsys: Capture) -> None:
    assert main(["validate"]) == 2
    assert main(["validat"]) == 2
    assert "Did you mean 'validate'" in capsys.readouterr().err


def test_a_fault_of_the_program_is_one_line_and_a_traceback_only_for_debug(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the roof is gone")

    monkeypatch.setattr("neocloud_mc.scenario.load.load", fail)
    assert main(["validate", "good.yaml"]) == 1
    assert capsys.readouterr().err == (
        "neocloud-mc failed: RuntimeError: the roof is gone (see --debug)\n"
    )
    assert main(["validate", "good.yaml", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_help_fits_80_columns_and_lists_the_verbs(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(r"\n  validate +Report all mistakes", text)


def test_validate_starts_without_the_compiler() -> None:
    program = (
        "import sys; from neocloud_mc.cli import main; "
        "codes = [main(['validate', 'good.yaml']), main(['show', 'good.yaml']), main(['--help'])]; "
        "sys.exit(any(codes) or 'numba' in sys.modules)"
    )
    assert run(sys.executable, "-c", program).returncode == 0


def test_a_reader_that_leaves_ends_the_program_quietly() -> None:
    command = f"{sys.executable} -m neocloud_mc show good.yaml | true; echo ${{PIPESTATUS[0]}}"
    done = run("bash", "-c", command)
    assert done.stdout.strip() in ("141", "0")
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_a_failure_in_one_line() -> None:
    command = f"{sys.executable} -m neocloud_mc show good.yaml > /dev/full"
    done = run("bash", "-c", command)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
