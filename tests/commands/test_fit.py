"""`fit` as a shell sees it: tables, an overlay that other commands take, and what it refuses."""

import csv
import io
import json
import math
import re
import sys
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.sources import entries
from neocloud_mc.studies.fit.level import library
from neocloud_mc.views import pages
from tests.quotes import DRIFT, VOLATILITY, example_prices, example_resale

Capture = pytest.CaptureFixture[str]
PRIOR = ("--prior", "drift=-0.2+-0.15")
EXAMPLE = ("@example/quotes", "--resale", "@example/resale")


@cache
def fitted(*arguments: str) -> str:
    """What is printed, for several tests."""
    with redirect_stdout(io.StringIO()) as printed:
        assert main(["fit", *arguments, "-q"]) == 0
    return printed.getvalue()


def document(*arguments: str) -> Any:
    return json.loads(fitted(*arguments, "--format", "json"))


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The figures of the example in a file."""
    file = str(tmp_path_factory.mktemp("fit") / "market.yaml")
    fitted(*EXAMPLE, *PRIOR, "--format", "json", "-o", file)
    return file


def test_the_example_is_the_programs_own_simulation() -> None:
    docs = Path(main.__code__.co_filename).parent / "docs"
    assert (docs / "quotes.csv").read_text(encoding="utf-8") == example_prices()
    assert (docs / "resale.csv").read_text(encoding="utf-8") == example_resale()


def test_the_example_tells_what_was_simulated() -> None:
    """Within 3 standard errors; figures of the scenario leave launches theirs."""
    found = document(*EXAMPLE)
    assert found["schema"] == "neocloud-mc/fit/1"
    truths = {"drift": DRIFT, "volatility": VOLATILITY, "noise": 0.05, "own_volatility": 0.15}
    for name, truth in truths.items():
        assert abs(found[name]["value"] - truth) < 3.0 * found[name]["standard_error"], name
    by_path = {figure["path"]: figure for figure in found["figures"]}
    for path, truth in (
        ("market.resale.elasticity", 0.8),
        ("gpus.h100.depreciation", 0.1),
    ):
        assert abs(by_path[path]["value"] - truth) < 3.0 * by_path[path]["standard_error"], path
    assert found["quotes"]["left_out"] == [102] and found["quotes"]["providers"] == 4


def test_the_fitted_scenario_has_the_drift_and_the_variance_of_the_quotes(overlay: str) -> None:
    """Launches are kept, so what they add is not in the other figures."""
    found = document(*EXAMPLE, *PRIOR)
    loaded = load("@neoclouds", overlays=[overlay])
    price, regime = loaded.scenario.market.price, loaded.scenario.market.regime.start
    launch = price.launch
    assert launch.per_year > 0.0
    drift = getattr(price.drift, regime) - price.obsolescence + launch.per_year * launch.mean
    assert drift == pytest.approx(found["posterior"]["value"], abs=1e-3)
    jumps = launch.per_year * (launch.mean**2 + launch.sd**2)
    variance = getattr(price.volatility, regime) ** 2 + jumps
    assert math.sqrt(variance) == pytest.approx(found["volatility"]["value"], abs=1e-3)
    assert loaded.scenario.gpus["h100"].price == pytest.approx(
        next(f["value"] for f in found["figures"] if f["path"] == "gpus.h100.price")
    )


def test_ranges_are_two_standard_errors_and_move_the_figures(overlay: str) -> None:
    found = document(*EXAMPLE, *PRIOR)
    loaded = load("@neoclouds", overlays=[overlay])
    own = {entry.path: entry for entry in entries(loaded.resolved)}
    assert len(found["figures"]) == 13
    for figure in found["figures"]:
        entry = own[figure["path"]]
        assert entry.kind == "assumption" and entry.value == figure["value"]
        assert (entry.low, entry.high) == pytest.approx((figure["low"], figure["high"]))
        assert "@example/" in entry.text and "standard error" in entry.text
        if not figure["path"].endswith(".price"):
            half = (figure["high"] - figure["low"]) / 2
            assert half == pytest.approx(2 * figure["standard_error"], rel=2e-3)
    assert not [line for line in loaded.warnings if "range" in line or "covers" in line]


def test_the_page_shows_the_figures_of_the_example() -> None:
    shown = re.findall(r"^\| `([\w.]+)` \| (\S+) \| (\S+) \| (\S+) \| (\S+) to (\S+) \|$",
                       pages.page("calibration"), re.MULTILINE)  # fmt: skip
    found = document(*EXAMPLE, *PRIOR)["figures"]
    assert [row[0] for row in shown] == [figure["path"] for figure in found]
    for row, figure in zip(shown, found, strict=True):
        told = [figure[key] for key in ("assumption", "value", "standard_error", "low", "high")]
        assert [float(cell) for cell in row[1:]] == pytest.approx(told, rel=0.05, abs=2e-3)


def test_what_is_known_no_better_than_a_guess_replaces_nothing(tmp_path: Path) -> None:
    """A year of quotes without a prior leaves the drift open by more than a quarter."""
    rows = example_prices().splitlines()
    file, overlay = tmp_path / "year.csv", str(tmp_path / "market.yaml")
    file.write_text("\n".join([rows[0], *(row for row in rows[1:] if row >= "2025-07")]), "utf-8")
    found = document(str(file), "-o", overlay)["figures"]
    (drift,) = (figure for figure in found if figure["path"] == "market.price.obsolescence")
    assert drift["standard_error"] > 0.25 and not drift["told"]
    own = {entry.path: entry for entry in entries(load("@neoclouds", overlays=[overlay]).resolved)}
    for figure in found:
        is_new = "year.csv" in own[figure["path"]].text
        assert is_new == figure["told"], figure["path"]
        if ".volatility" in figure["path"]:
            assert figure["told"] == (figure["value"] > 2 * figure["standard_error"])
    assert "market.price.obsolescence †" in fitted(str(file))
    assert "†" not in fitted(*EXAMPLE, *PRIOR)


def test_a_list_that_never_changed_tells_no_drift(tmp_path: Path) -> None:
    """A line through equal prices has no error, which is not to be taken for knowledge."""
    file = tmp_path / "list.csv"
    days = [f"{2024 + month // 12}-{month % 12 + 1:02d}-15" for month in range(30)]
    rows = [f"{day},h100,a,list,2.5" for day in days]
    file.write_text("\n".join(["date,gpu,provider,kind,price", *rows]), encoding="utf-8")
    found = document(str(file))
    (drift,) = (it for it in found["figures"] if it["path"] == "market.price.obsolescence")
    assert drift["standard_error"] < 0.01 and not drift["told"]
    assert any("lists that were not changed" in note for note in found["notes"])


def test_the_drift_stands_beside_its_prior() -> None:
    text = fitted(*EXAMPLE, *PRIOR)
    for said in (
        "drift of the index, by the quotes",
        "drift, held before                 -0.200 ±0.150",
        "drift, both together",
        "Not estimated, kept as assumed",
        "market.price.reversion",
        "market.price.launch.per_year",
        "market.regime.mean_years.glut",
        "Left out, too far from all others: 1 of @example/quotes, line 102.",
    ):
        assert said in text, said
    assert "No --prior" not in text
    assert "No --prior for the drift" in fitted(*EXAMPLE)


def test_rows_are_the_figures() -> None:
    rows = list(csv.DictReader(io.StringIO(fitted(*EXAMPLE, "--format", "csv"))))
    found = document(*EXAMPLE)["figures"]
    assert [row["figure"] for row in rows] == [figure["path"] for figure in found]
    assert [float(row["value"]) for row in rows] == [figure["value"] for figure in found]
    assert rows[0]["unit"] == "log per year"


def test_the_index_is_written_month_by_month(tmp_path: Path) -> None:
    file = tmp_path / "index.csv"
    fitted(EXAMPLE[0], "--index", str(file))
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert (rows[0]["month"], float(rows[0]["index"])) == ("2023-07", 1.0)
    assert (len(rows), rows[-1]["month"]) == (36, "2026-06")
    for row in rows[1:]:
        assert float(row["low"]) < float(row["index"]) < float(row["high"])


def test_the_index_is_drawn(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("index.svg", "index.csv")]
    fitted(EXAMPLE[0], *(word for file in files for word in ("--index", str(file))))
    drawing = files[0].read_text(encoding="utf-8")
    assert drawing.startswith("<svg") and "Price of compute, smoothed" in drawing
    assert "Jul 2023" in drawing and files[1].exists()


def test_what_a_reader_must_know_is_said(tmp_path: Path) -> None:
    """Few months, one provider, gaps, types that the scenario does not have."""
    rows = [line.split(",") for line in example_prices().splitlines()]
    few = [row for row in rows[1:] if row[0] < "2024-03" and row[2] == "simulated-a"]
    few = [[day, "b-100" if gpu == "h200" else gpu, *rest] for day, gpu, *rest in few]
    kept = [row for row in few if not row[0].startswith("2023-10")]
    file = tmp_path / "few.csv"
    file.write_text("\n".join(",".join(row) for row in [rows[0], *kept, kept[0]]), encoding="utf-8")
    text = fitted(str(file))
    for said in (
        "7 months with quotes: a volatility takes some 24",
        "No quote in 1 of 8 months: the filter bridges them.",
        "One provider: what it did and what the market did are not told apart.",
        "No price is written: the quotes do not reach the base date 2026-06-30.",
        "No types of neoclouds: b-100.",
        "2 quotes share their day",
    ):
        assert said in text, said


def refused(capsys: Capture, *arguments: str) -> str:
    assert main(["fit", *arguments]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    return printed.err


def test_what_cannot_be_done_is_a_line(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prices = EXAMPLE[0]
    for prior in (
        *("drift=-0.2", "level=1±2", "drift=x±1", "drift=-0.2±0"),
        *("drift=1e400±1", "drift=50±1e-9", "drift=1e300±1e300"),
    ):
        assert f"--prior {prior}: " in refused(capsys, prices, "--prior", prior)
    twice = ("drift=-0.2±0.1", "drift=0.2±0.1")
    told = refused(capsys, prices, "--prior", twice[0], "--prior", twice[1])
    assert told == f"--prior: drift is held twice, {' and '.join(twice)}: leave one of them\n"
    assert "there is no such file" in refused(capsys, "none.csv")
    assert "nothing of that name ships" in refused(capsys, "@none")
    assert "an overlay is YAML" in refused(capsys, prices, "-o", "market.csv")
    assert "an index is CSV or a picture" in refused(capsys, prices, "--index", "index.json")
    Path("latin.csv").write_bytes(b"date,gpu,price\n2025-01-01,h\xe9,2\n")
    assert "latin.csv:2:13: not text in UTF-8" in refused(capsys, "latin.csv")
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.statespace", None)
    assert refused(capsys, prices) == "fit needs statsmodels: pip install 'neocloud-mc[fit]'\n"
    assert not list(tmp_path.glob("market*"))


def test_quotes_after_the_base_date_are_told() -> None:
    """A year of the example is later than the older vintage; its misprint is left out anyway."""
    rows = list(csv.DictReader(io.StringIO(example_prices())))
    later = sum(row["date"] >= "2025-07" for place, row in enumerate(rows) if place != 100)
    (note,) = (it for it in document(EXAMPLE[0], "--scenario", "@2025-06/neoclouds")["notes"]
               if "later than the base date 2025-06-30" in it)  # fmt: skip
    assert note.startswith(f"{later} quotes later")
    assert not any("later than" in note for note in document(*EXAMPLE)["notes"])


def test_quotes_in_another_unit_are_doubted(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "cents.csv"
    days = [f"2025-{month:02d}-15" for month in range(1, 13)]
    rows = [f"{day},h100,{200 + 7 * place % 5}" for place, day in enumerate(days)]
    file.write_text("\n".join(["date,gpu,price", *rows]), encoding="utf-8")
    assert main(["fit", str(file)]) == 0
    told = capsys.readouterr().err
    usual = "202 is unusual (0.02 to 25 USD per GPU-hour is usual)"
    assert f"cents.csv: warning: the median quote of h100: {usual}" in told
    assert len(told.splitlines()) == 1


def test_what_the_process_spares_numba_is_there_for_the_filter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    library()
    assert sys.modules.get("scipy", sys) is not None
