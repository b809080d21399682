"""`report` and `plot`: what they refuse before anything is simulated, and what they write."""

import json
import re
from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.commands import plot
from neocloud_mc.engine import run
from neocloud_mc.studies import trajectories
from tests.commands.worlds import write
from tests.views.report.pages import text_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nothing_is_simulated(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Unless a test says so."""
    if "simulates" not in request.node.name:

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("simulated")

        monkeypatch.setattr(run, "run_chunk", refuse)
        monkeypatch.setattr(trajectories, "live", refuse)


@pytest.mark.parametrize("missing", ["altair", "jinja2", "vl_convert"])
@pytest.mark.parametrize("verb", [["report"], ["plot", "--what", "pd"]], ids=lambda v: v[0])
def test_without_the_libraries_one_line_says_what_to_install(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, verb: list[str], missing: str
) -> None:
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == missing else object()
    )
    assert main([*verb, write(tmp_path), "-o", str(tmp_path / "x.html")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"pictures need {missing}: pip install 'neocloud-mc[report]'"


@pytest.mark.parametrize("verb", [["report"], ["plot", "--what", "pd"]], ids=lambda v: v[0])
def test_where_address_space_is_limited_it_says_so_first(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, verb: list[str]
) -> None:
    """What draws reserves 64 GB; it ends the process in its own words where it cannot."""
    limit = 20_000_000 * 1024
    monkeypatch.setattr("resource.getrlimit", lambda _: (limit, limit))
    assert main([*verb, write(tmp_path), "-o", str(tmp_path / "x.svg")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "out of memory: drawing pictures takes 70,000 MB of address space, and this process may "
        "have 20,480 MB: raise ulimit -v"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["report"], "report needs --output: the file of the page, such as report.html"),
        (["report", "-o", "x.json"], "a report is a page of HTML: end its name with .html"),
        (["report", "-o", "no/x.html"], "cannot be written: no folder no"),
        (["report", "-o", "x.html", "--stress", "@stress/rebound", "--no-stresses"], "exclude"),
        (["report", "-o", "x.html", "--stress", "@stress/nothing"], "ships with the program"),
        (["report", "-o", "x.html", "--fan-paths", "20001"], "20001 is above 20000"),
        (["report", "-o", "x.html", "--against", "absent.json"], "there is no such file"),
        (["plot", "--what", "pd"], "plot needs --output: a file that ends in .svg, .png, .pdf"),
        (["plot", "--what", "pd", "-o", "-"], "a file that ends in .svg, .png, .pdf"),
        (["plot", "--what", "pd", "-o", "x.jpg"], "ends in .svg, .png, .pdf"),
        (["plot", "--what", "cash", "-o", "x.svg", "--issuer", "acne"], "did you mean 'acme'?"),
        (["plot", "--what", "pd", "-o", "x.svg", "--issuer", "acme"], "--issuer goes with"),
        (["plot", "--what", "stress", "-o", "x.svg", "--issuer", "acme"], "not with stress"),
        (
            ["plot", "--what", "cash", "-o", "x.svg", "--stress", "@stress/rebound"],
            "--stress goes with --what stress, not with cash",
        ),
        (["plot", "--what", "loss", "-o", "x.svg", "--fan-paths", "9"], "--fan-paths goes with"),
        (["plot", "--what", "nothing", "-o", "x.svg"], "'nothing' is not one of"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    verb, *rest = words
    assert main([verb, write(tmp_path), *rest]) in (1, 2)
    assert told in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.glob("x.*"))


def test_a_dash_is_standard_output_for_a_page_too(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("neocloud_mc.studies.report.reports", lambda *_: [])
    monkeypatch.setattr("neocloud_mc.views.report.page.page", lambda *_: "<p>±</p>\n")
    assert main(["report", write(tmp_path), "-o", "-", "--no-stresses"]) == 0
    assert capsys.readouterr().out == "<p>±</p>\n"
    assert not Path("-").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"schema": "neocloud-mc/sweep/1"}', "[[1]]", '"x"', "[" * 9999]
)
def test_an_earlier_result_must_be_one(tmp_path: Path, capsys: Capture, text: str) -> None:
    old = tmp_path / "old.json"
    old.write_text(text, encoding="utf-8")
    page = tmp_path / "x.html"
    assert main(["report", write(tmp_path), "-o", str(page), "--against", str(old)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"--against {old}: is no ")


def test_a_report_simulates_what_run_does(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scenarios of one name, against what run wrote of one of them, under a stress.

    The page is read, not drawn: the library that draws it takes a second to bundle.
    """
    monkeypatch.setattr("neocloud_mc.views.report.page._library", str)
    scenario = write(tmp_path)
    old, page = tmp_path / "old.json", tmp_path / "new.html"
    common = ["--paths", "500", "-q"]
    assert main(["run", scenario, "-o", str(old), *common]) == 0
    other = tmp_path / "other.yaml"
    other.write_text(f"extends: {scenario}\nname: spot\n", encoding="utf-8")
    words = ["report", scenario, str(other), "-o", str(page), "--against", str(old), *common]
    assert main([*words, "--stress", "@stress/rebound", "--fan-paths", "128"]) == 0
    assert capsys.readouterr().err == ""
    text = page.read_text(encoding="utf-8")
    result = json.loads(old.read_text(encoding="utf-8"))
    pd = result["issuers"]["acme"]["pd"]["1"]["value"]
    assert f"{100 * pd:.1f}% ±" in text
    assert result["digest"] in text
    assert "The digests are equal: the same run." in text
    assert '<td class="text">A price shaped like a V, as in 2025-26:' in text
    titles = re.findall(r"<h2>(.*?)</h2>", text_of(text))
    assert titles == ["Side by side", "Against an earlier result", "spot", f"spot ({other})"]
    assert re.search(r"<p>spot: 0 of \d+ numbers changed by more than sampling", text)
    anchors = re.findall(r'<section (?:class="part" )?id="(.*?)"', text)
    assert len(set(anchors)) == len(anchors) > 20


@pytest.mark.parametrize("what", ["causes", "when", "loss", "cash", "price"])
def test_a_plot_simulates_and_is_drawn_in_its_colours(tmp_path: Path, what: str) -> None:
    file = tmp_path / "x.svg"
    words = ["plot", write(tmp_path), "--what", what, "-o", str(file), "--theme", "dark"]
    assert main([*words, "--paths", "500", "-q"]) == 0
    svg = file.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "#12161c" in svg
    assert "var(--" not in svg


def test_every_picture_takes_the_options_that_change_it() -> None:
    """A fan of an issuer takes both; what is of all issuers together takes no issuer."""
    fans = set(plot._MONTH_BY_MONTH)
    of_all = {plot.What.PRICE, plot.What.RESALE, plot.What.GROUPS}
    assert fans - set(plot._OF_ISSUERS) == of_all
    assert not fans & {*plot._OF_RUN, plot.What.TORNADO, plot.What.STRESS}
    assert fans | {*plot._OF_RUN, plot.What.TORNADO, plot.What.STRESS} == set(plot.What)


@pytest.mark.parametrize(("suffix", "magic"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_a_plot_simulates_and_is_written_as_its_suffix_says(
    tmp_path: Path, suffix: str, magic: bytes
) -> None:
    file = tmp_path / f"x{suffix}"
    words = ["plot", write(tmp_path), "--what", "pd", "-o", str(file), "--paths", "500", "-q"]
    assert main(words) == 0
    assert file.read_bytes().startswith(magic)
