"""The suffix of -o decides the format; --format may not contradict it; the environment suggests."""

import csv
import io
import json
import os
import threading
from enum import StrEnum
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.commands.shared.formats import chosen
from neocloud_mc.commands.shared.options import Format, ResultFormat
from neocloud_mc.errors import UsageError

BULLET = "tests/golden/one_bullet/scenario.yaml"
RUN = ["run", BULLET, "--paths", "100", "-q"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEOCLOUD_MC_FORMAT", raising=False)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(("out.txt", "table"), ("out.json", "json"), ("out.csv", "csv"), ("out.md", "markdown")),
        *(("out.parquet", "parquet"), ("OUT.JSON", "json"), ("a.b.csv", "csv"), ("out", "table")),
    ],
)
def test_the_suffix_decides(name: str, form: str) -> None:
    assert chosen(None, Path(name), ResultFormat) == form


@pytest.mark.parametrize(
    ("given", "name", "known", "said"),
    [
        (None, "out.jsn", ResultFormat, ".jsn is not a format that is written here"),
        (None, "out.html", ResultFormat, "give one of .txt, .json, .csv, .md, .parquet"),
        (None, "out.parquet", Format, "give one of .txt, .json, .csv, .md"),
        (Format.CSV, "out.json", Format, "--format csv and --output out.json contradict"),
        (Format.TABLE, "out.json", Format, "--format table and --output out.json contradict"),
    ],
)
def test_what_does_not_fit_is_refused(
    given: StrEnum | None, name: str, known: type[StrEnum], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(given, Path(name), known)
    assert said in str(caught.value)


def test_a_flag_that_agrees_or_stands_alone_is_taken() -> None:
    assert chosen(Format.CSV, Path("out.csv"), Format) is Format.CSV
    assert chosen(Format.CSV, Path("out"), Format) is Format.CSV
    assert chosen(Format.CSV, None, Format) is Format.CSV


def test_where_nothing_can_be_written_nothing_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("neocloud_mc.commands.shared.simulation.load_each", None)
    missing = tmp_path / "none" / "out.json"
    for given, why in {
        tmp_path: "it is a folder: name a file in it",
        missing: f"no folder {missing.parent}",
    }.items():
        assert main([*RUN, "-o", str(given)]) == 1
        assert capsys.readouterr().err == f"{given}: cannot be written: {why}\n"


def test_the_environment_is_a_default_for_those_who_have_its_format(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEOCLOUD_MC_FORMAT", "parquet")
    assert chosen(None, None, ResultFormat) is ResultFormat.PARQUET
    assert chosen(None, None, Format) is Format.TABLE
    assert chosen(None, Path("out.csv"), ResultFormat) is ResultFormat.CSV
    assert chosen(ResultFormat.JSON, None, ResultFormat) is ResultFormat.JSON
    monkeypatch.setenv("NEOCLOUD_MC_FORMAT", "jsno")
    with pytest.raises(UsageError, match="NEOCLOUD_MC_FORMAT=jsno: is not a format"):
        chosen(None, None, Format)


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", BULLET],
        ["show", BULLET, "--sources"],
        ["schema"],
        ["docs"],
        ["run", BULLET, "--paths", "16384", "-q", "--tail", "acme.pd.12"],
        ["explain", BULLET, "--path", "0", "-q"],
    ],
    ids=lambda words: " ".join(words[:1]),
)
def test_an_environment_that_asks_for_parquet_breaks_no_command(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert main(arguments) == 0
    plain = capsys.readouterr().out
    monkeypatch.setenv("NEOCLOUD_MC_FORMAT", "parquet")
    assert main(arguments) == 0
    assert capsys.readouterr().out == plain != ""


def test_a_run_is_written_as_its_file_is_named(tmp_path: Path) -> None:
    for name in ("out.json", "out.csv", "out.md", "out.txt"):
        assert main([*RUN, "-o", str(tmp_path / name)]) == 0
    assert json.loads((tmp_path / "out.json").read_text())["paths"] == 100
    assert next(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))["measure"]
    assert (tmp_path / "out.md").read_text().startswith("#")
    assert "Probability of default" in (tmp_path / "out.txt").read_text().splitlines()[5]


@pytest.mark.parametrize(
    ("arguments", "name", "said"),
    [
        (RUN, "out.docx", ".docx is not a format"),
        ([*RUN, "--format", "csv"], "out.json", "contradict"),
        ([*RUN, "--shard", "1/2"], "part.json", "a part is no result yet"),
        ([*RUN, "--tail", "acme.pd.12"], "out.parquet", ".parquet is not a format"),
        (["sweep", BULLET, "--vary", "market.price.start=1:2:2"], "out.parquet", "is not a format"),
        (["sensitivity", BULLET], "out.yaml", "is not a format"),
        (["breakeven", BULLET, "--vary", "a=1:2", "--target", "b=1"], "o.x", "is not a format"),
        (["compare", BULLET, BULLET], "out.x", "is not a format"),
        (["explain", BULLET], "out.x", "is not a format"),
        (["merge", "part.nmc"], "out.x", "is not a format"),
        (["verify", "--quick"], "out.csv", "is not a format"),
        (["show", BULLET], "out.json", "a scenario is YAML"),
        (["show", BULLET, "--sources"], "out.yaml", "is not a format"),
        (["show", BULLET, "--files"], "out.csv", "the list of files is text"),
        (["show", BULLET, "--rule", "a"], "out.txt", "a rule is read by make"),
        (["schema"], "schema.yaml", "the schema is JSON"),
        (["scenarios"], "list.csv", "is not a format"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_every_command_refuses_a_suffix_that_it_does_not_write(
    arguments: list[str], name: str, said: str, tmp_path: Path, capsys: Capture
) -> None:
    assert main([*arguments, "-o", str(tmp_path / name)]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err and found.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_starting_scenario_is_yaml(tmp_path: Path, capsys: Capture) -> None:
    assert main(["init", str(tmp_path / "acme.json")]) == 2
    assert "a scenario is YAML: end its name with .yaml or .yml" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "acme.yml"), "-q"]) == 0


def test_a_fifo_takes_what_it_is_given_whatever_its_name(tmp_path: Path) -> None:
    fifo = tmp_path / "results.pipe"
    os.mkfifo(fifo)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    assert main([*RUN, "--format", "json", "-o", str(fifo)]) == 0
    reader.join(timeout=60)
    assert json.loads(read[0])["paths"] == 100


def test_devices_have_no_suffix() -> None:
    for device in ("/dev/stdout", "/dev/full", "/dev/fd/1"):
        assert chosen(Format.JSON, Path(device), Format) is Format.JSON


@pytest.mark.parametrize(
    "words",
    [RUN, ["paths", BULLET, "--paths", "9", "-q"], ["show", BULLET], ["schema"], ["scenarios"]],
    ids=lambda words: words[0],
)
def test_a_dash_is_standard_output(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    words = [str(Path(word).resolve()) if word == BULLET else word for word in words]
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0
    plain = capsys.readouterr().out
    assert main([*words, "-o", "-"]) == 0
    assert capsys.readouterr().out.splitlines()[:5] == plain.splitlines()[:5] != []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_a_dash_that_is_a_terminal_gets_nothing_binary(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main([*RUN, "--format", form, "-o", "-"]) == 2
    assert capsys.readouterr().err == f"{form} is binary: give --output FILE, or a pipe\n"


@pytest.mark.parametrize(
    "words",
    [
        ["fit", "@example/quotes", "-o"],
        ["fit", "@example/quotes", "--index"],
        ["calibrate", BULLET, "--to", "acme.cds.60=370bp", "--overlay"],
        ["run", BULLET, "--checkpoint"],
        ["report", BULLET, "-o", "x.html", "--against"],
    ],
    ids=lambda words: " ".join((words[0], words[-1])),
)
def test_a_dash_names_no_file_beside_the_results(words: list[str], capsys: Capture) -> None:
    assert main([*words, "-"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "'-' is not a name: give that of a file or a folder" in said


@pytest.mark.parametrize("verb", ["run", "show"])
def test_an_output_that_is_an_input_is_refused_and_kept(
    verb: str, tmp_path: Path, capsys: Capture
) -> None:
    own, link = tmp_path / "own.json", tmp_path / "link.json"
    own.write_bytes(Path(BULLET).read_bytes())
    link.symlink_to(own)
    before = own.read_bytes()
    assert main([verb, str(own), "-o", str(link), "-q"]) == 2
    assert capsys.readouterr().err.startswith(f"--output {link}: is an input too")
    assert own.read_bytes() == before


def test_an_overlay_that_is_the_scenario_is_refused(tmp_path: Path, capsys: Capture) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes(Path(BULLET).read_bytes())
    words = ["calibrate", str(own), "--to", "acme.cds.60=370bp", "--overlay", str(own)]
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"--overlay {own}: is an input too")


def test_a_long_setting_is_no_name_of_a_file(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.touch()
    assert main([*RUN, "--set", f"description={'a' * 300}", "-o", str(old)]) == 0
    assert old.stat().st_size > 0
