"""`run --format parquet`: to a file or a pipe, never to a terminal, and refused before any work."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from neocloud_mc.cli import main

BULLET = "tests/golden/one_bullet/scenario.yaml"
RUN = ["run", BULLET, "--paths", "500", "-q", "--format"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever loads a scenario fails."""
    monkeypatch.setattr("neocloud_mc.commands.shared.simulation.load", None)


def test_the_file_has_the_rows_of_the_csv(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "out.parquet"
    assert main([*RUN, "parquet", "--output", str(file)]) == 0
    assert capsys.readouterr() == ("", "")
    assert main([*RUN, "csv"]) == 0
    expected = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    found = pyarrow.parquet.read_table(file).to_pylist()
    assert [row["measure"] for row in found] == [row["measure"] for row in expected]
    assert [row["value"] for row in found] == [
        float(row["value"]) if row["value"] else None for row in expected
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_a_pipe_gets_the_same_bytes_as_a_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "neocloud_mc", *RUN, "parquet"]
    piped = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    assert main([*RUN, "parquet", "-o", str(tmp_path / "out.parquet")]) == 0
    assert (tmp_path / "out.parquet").read_bytes() == piped


@pytest.mark.usefixtures("no_work")
def test_a_terminal_is_spared(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main([*RUN, "parquet"]) == 2
    assert capsys.readouterr() == ("", "parquet is binary: give --output FILE, or a pipe\n")


@pytest.mark.usefixtures("no_work")
def test_without_pyarrow_nothing_is_simulated(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert main([*RUN, "parquet", "-o", "out.parquet"]) == 2
    told = "parquet needs pyarrow: pip install 'neocloud-mc[parquet]'\n"
    assert capsys.readouterr() == ("", told)


def test_other_commands_know_no_parquet(capsys: Capture) -> None:
    assert main(["show", BULLET, "--sources", "--format", "parquet"]) == 2
    assert "parquet" in capsys.readouterr().err


def test_other_formats_never_import_pyarrow() -> None:
    program = (
        "import sys; from neocloud_mc.cli import main;"
        f"code = main({[*RUN, 'json']!r}); sys.exit(code or int('pyarrow' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
