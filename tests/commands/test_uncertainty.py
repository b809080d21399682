"""`run --parameter-uncertainty`: how wide PD is for not knowing the inputs."""

import csv
import io
import json
import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from neocloud_mc.cli import main
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.variants.drivers import Figure, drivers
from neocloud_mc.scenario.variants.levers import Variants
from neocloud_mc.studies.parameter_uncertainty.inputs import Assumptions, quantile
from neocloud_mc.studies.parameter_uncertainty.quantiles import (
    Draws,
    balanced_halves,
    count,
    uncertain_pd,
)
from neocloud_mc.validation.merton import SpotDebt
from tests.commands import worlds
from tests.commands.result_schema import as_documented

Capture = pytest.CaptureFixture[str]
Floats = np.ndarray[Any, np.dtype[np.float64]]
KEY = worlds.PRINCIPAL.replace(".", "__")
UNKNOWN = "--parameter-uncertainty"


def document(capsys: Capture, *arguments: str) -> Any:
    assert main(["run", *arguments, UNKNOWN, "--format", "json", "-q"]) == 0
    return as_documented(json.loads(capsys.readouterr().out))


def owed(folder: Path, low: float, high: float) -> str:
    return worlds.write(folder, **{KEY: f"an audit; range {low!r} to {high!r}"})


def exact_pd(principal: float) -> float:
    debt = worlds.DEBT
    return SpotDebt(debt.income, debt.drift, debt.volatility, principal).pd


def test_the_range_is_that_of_a_known_function_of_one_input(
    tmp_path: Path, capsys: Capture
) -> None:
    low, mode, high = worlds.owing(0.1), worlds.DEBT.principal, worlds.owing(0.6)
    path, n = owed(tmp_path, low, high), 200
    found = document(capsys, path, "--paths", "400000", "--draws", str(n))
    pd = found["parameter_uncertainty"]["issuers"]["acme"]["pd"]["1"]
    figure = Figure("principal", mode, low, high)
    truth = np.array([exact_pd(quantile(figure, u)) for u in (np.arange(4000) + 0.5) / 4000])
    for name, share in (("p05", 0.05), ("median", 0.5), ("p95", 0.95)):
        half_width = 3.5 * math.sqrt(share * (1 - share) / n)
        least, most = np.quantile(
            truth, np.clip([share - half_width, share + half_width], 0.0, 1.0)
        )
        assert least - 0.003 <= pd[name]["value"] <= most + 0.003
    deviation = pd["deviation"]
    assert deviation["low"] <= float(truth.std()) <= deviation["high"]
    assert deviation["high"] - deviation["low"] < 0.04
    assert pd["own"] == found["issuers"]["acme"]["pd"]["1"]


def test_the_spreadsheet_has_every_number_of_it(tmp_path: Path, capsys: Capture) -> None:
    path = owed(tmp_path, worlds.owing(0.1), worlds.owing(0.6))
    line = (path, "--paths", "4000", "--draws", "20")
    pd = document(capsys, *line)["parameter_uncertainty"]["issuers"]["acme"]["pd"]["1"]
    assert main(["run", *line, UNKNOWN, "--format", "csv", "-q"]) == 0
    table = csv.DictReader(io.StringIO(capsys.readouterr().out))
    prefix = "parameter_uncertainty.pd."
    rows = [row for row in table if row["measure"].startswith(prefix)]
    assert {(row["issuer"], row["month"]) for row in rows} == {("acme", "1")}
    found = {row["measure"].removeprefix(prefix): row["value"] for row in rows}
    assert found == {name: str(estimate["value"]) for name, estimate in pd.items()}


def test_a_draw_is_the_same_function_of_its_number_however_many_there_are(tmp_path: Path) -> None:
    loaded = load(owed(tmp_path, worlds.owing(0.1), worlds.owing(0.6)))
    variants = Variants(loaded)
    moving = drivers(loaded.resolved, variants, worlds.PRINCIPAL)

    def principals(numbers: range) -> list[float]:
        drawn = [Assumptions(variants, moving, 7).draw(k).scenario for k in numbers]
        return [one.issuers["acme"].tranches["loan"].principal for one in drawn]

    assert principals(range(5)) == principals(range(9))[:5]
    assert len(set(principals(range(9)))) == 9


def test_ranges_of_no_width_leave_the_plain_pd(tmp_path: Path, capsys: Capture) -> None:
    own = worlds.DEBT.principal
    path = worlds.write(
        tmp_path,
        **{KEY: f"an audit; range {own!r} to {own!r}"},
        market__price__volatility="known; range 0% to 0%",
    )
    result = document(capsys, path, "--paths", "30000", "--draws", "10")
    plain = result["issuers"]["acme"]["pd"]["1"]
    pd = result["parameter_uncertainty"]["issuers"]["acme"]["pd"]["1"]
    assert pd["own"] == plain
    assert pd["median"] == pytest.approx(plain)
    for name in ("p05", "p95"):
        assert pd[name]["value"] == plain["value"] and pd[name]["low"] is None
    deviation = pd["deviation"]
    assert (deviation["value"], deviation["low"]) == (0.0, None) and deviation["note"]


def test_an_input_that_no_path_feels_widens_nothing(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path, market__resale__haircut__base="a guess; range 0.1 to 0.6")
    pd = document(capsys, path, "--paths", "20000", "--draws", "10")
    found = pd["parameter_uncertainty"]["issuers"]["acme"]["pd"]["1"]
    assert found["deviation"]["value"] == 0.0


def test_the_plain_result_is_untouched(tmp_path: Path, capsys: Capture) -> None:
    path = owed(tmp_path, worlds.owing(0.1), worlds.owing(0.6))
    asked = document(capsys, path, "--paths", "5000", "--draws", "10")
    assert main(["run", path, "--paths", "5000", "--format", "json", "-q"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert set(asked) - set(plain) == {"parameter_uncertainty"}
    same = set(plain) - {"manifest", "timing"}
    assert {key: asked[key] for key in same} == {key: plain[key] for key in same}


def test_threads_do_not_change_the_draws_or_their_pd(tmp_path: Path, capsys: Capture) -> None:
    path = owed(tmp_path, worlds.owing(0.1), worlds.owing(0.6))
    arguments = [path, "--paths", "60000", "--draws", "10"]
    one, two = (document(capsys, *arguments, "--threads", n) for n in ("1", "2"))
    assert one["parameter_uncertainty"] == two["parameter_uncertainty"]
    assert one["parameter_uncertainty"]["paths_per_draw"] == 6000


def test_draws_that_are_no_scenario_are_made_again_and_counted(
    tmp_path: Path, capsys: Capture
) -> None:
    path = worlds.write(tmp_path, issuers__acme__fleet__lot__service_month="soon; range 0 to 9")
    text = Path(path).read_text().replace("gpu: gpu\n", "gpu: gpu\n        service_month: 4\n"
        "        pay_month: 3\n        unit_cost: 1\n")  # fmt: skip
    Path(path).write_text(text)
    found = document(capsys, path, "--paths", "20000", "--draws", "12")["parameter_uncertainty"]
    assert 2 <= found["redrawn"] <= 30
    assert main(["run", path, UNKNOWN, "--paths", "20000", "--draws", "12", "-q"]) == 0
    assert f"{found['redrawn']} made again as no valid scenario" in capsys.readouterr().out


def test_ranges_that_contradict_each_other_are_one_line(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path, issuers__acme__fleet__lot__service_month="soon; range 0 to 3")
    text = Path(path).read_text().replace("gpu: gpu\n", "gpu: gpu\n        service_month: 4\n"
        "        pay_month: 3\n        unit_cost: 1\n")  # fmt: skip
    Path(path).write_text(text)
    assert main(["run", path, UNKNOWN, "--paths", "1e12", "-q"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    assert "pay_month" in told.err and "narrow that range" in told.err


def test_without_a_range_there_is_nothing_to_draw(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path, market__resale="a guess")
    assert main(["run", path, UNKNOWN, "--paths", "1e12"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "range LO to HI" in told.err and told.err.count("\n") == 1


@pytest.mark.parametrize("wrong", [["--draws", "9"], ["--draws", "x"], ["--shard", "1/2"]])
def test_wrong_asking_is_bad_usage(tmp_path: Path, capsys: Capture, wrong: list[str]) -> None:
    path = owed(tmp_path, worlds.owing(0.1), worlds.owing(0.6))
    assert main(["run", path, UNKNOWN, *wrong]) == 2
    assert capsys.readouterr().out == ""


def test_the_table_keeps_the_two_errors_apart(tmp_path: Path, capsys: Capture) -> None:
    path = owed(tmp_path, worlds.owing(0.1), worlds.owing(0.6))
    for form in ("table", "markdown"):
        assert main(["run", path, UNKNOWN, "--paths", "40000", "-q", "--format", form]) == 0
        text = capsys.readouterr().out
        assert "90% of" in text and "deviation over" in text
        assert "64 draws of 2,000 paths" in text
        assert "1 assumption with a range (1 figure;" in text


def test_a_figure_is_triangular_between_its_ends() -> None:
    figure = Figure("x", 3.0, 1.0, 11.0)
    u = (np.arange(20_000) + 0.5) / 20_000
    x = np.array([quantile(figure, share) for share in u])
    assert x.mean() == pytest.approx((1 + 3 + 11) / 3, rel=1e-6)
    assert x.var() == pytest.approx((1 + 9 + 121 - 3 - 11 - 33) / 18, rel=1e-4)
    assert quantile(figure, 0.2) == pytest.approx(3.0)
    assert quantile(Figure("x", 1.0, 1.0, 2.0), 0.75) == pytest.approx(1.5)
    assert quantile(Figure("x", 2.0, 1.0, 2.0), 0.25) == pytest.approx(1.5)
    assert quantile(Figure("x", 5.0, 5.0, 5.0), 0.3) == 5.0


def nested(random: np.random.Generator, shares: Floats, n: int, overlap: float) -> Draws:
    """Draws of a probability on n paths each, a part of whose luck is common to all."""
    common, own = random.random(n), random.random((len(shares), n))
    luck = np.where(random.random(n) < overlap, common, own)
    happened = luck < shares[:, None]
    return count(np.packbits(common < 0.3), [np.packbits(row) for row in happened], n)


@pytest.mark.parametrize("overlap", [0.0, 0.9])
def test_sampling_noise_is_taken_out_of_the_deviation(overlap: float) -> None:
    """Four standard errors over 60 worlds."""
    random, truth, whole = np.random.default_rng(1), 0.02, Estimate(0.3, 0.299, 0.301)
    found = []
    for _ in range(60):
        shares = np.clip(random.normal(0.3, truth, 50), 0.0, 1.0)
        one = uncertain_pd(whole, nested(random, shares, 1920, overlap)).deviation
        found.append((one.value or 0.0) ** 2)
    error = float(np.std(found)) / math.sqrt(len(found))
    assert abs(np.mean(found) - truth**2) < 4 * error


def test_noise_alone_is_no_spread_of_inputs() -> None:
    random, whole = np.random.default_rng(5), Estimate(0.3, 0.299, 0.301)
    noise = NormalDist(0.0, math.sqrt(0.3 * 0.7 / 3200)).stdev
    flat = []
    for _ in range(20):
        draws = nested(random, np.full(40, 0.3), 3200, 0.0)
        flat.append((uncertain_pd(whole, draws).deviation.value or 0.0) < 0.8 * noise)
    assert np.mean(flat) > 0.9


@pytest.mark.parametrize("overlap", [0.0, 0.8])
def test_quantiles_hold_the_truth_though_noise_is_as_wide_as_the_inputs(overlap: float) -> None:
    """60 worlds; at a coverage of 95%, 52 or more hold it with a chance of 99.7%."""
    random, whole = np.random.default_rng(2), Estimate(0.3, 0.2995, 0.3005)
    inputs, n = NormalDist(0.3, 0.012), 1600
    held = dict.fromkeys(("low", "median", "high"), 0)
    for _ in range(60):
        shares = random.normal(inputs.mean, inputs.stdev, 200)
        found = uncertain_pd(whole, nested(random, shares, n, overlap))
        for name, share in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
            one = getattr(found, name)
            held[name] += one.low <= inputs.inv_cdf(share) <= one.high
    assert min(held.values()) >= 52, held


def test_halves_of_the_batches_balance_each_other() -> None:
    halves = balanced_halves(32)
    assert halves.shape == (32, 62)
    assert (halves.sum(axis=0) == 16).all() and (halves.sum(axis=1) == 31).all()
