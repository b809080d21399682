"""`calibrate`: the price of risk that quotes imply, against closed forms."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import yaml

from neocloud_mc.cli import main
from neocloud_mc.studies.calibration.run import read_quote
from tests.commands import worlds

Capture = pytest.CaptureFixture[str]

PATHS: Final = 20_000
PD: Final = 0.3
"""Of acme in `worlds`, which fails when the spot rent of month 1 is too low."""
NORMAL: Final = NormalDist()
ERRORS: Final = 4.5 / 1.96
"""Half-widths of a 95% interval that 4.5 standard errors are: one false alarm in 150,000."""


def pd(premium: float) -> float:
    """Closed form: a price of risk λ moves the month's normal by −λ √(1/12) (section 1)."""
    return NORMAL.cdf(NORMAL.inv_cdf(PD) + premium * sqrt(1.0 / 12.0))


@cache
def calibrated(*quotes: str) -> dict[str, Any]:
    """The JSON of a calibration of acme, for several tests."""
    options = [word for quote in quotes for word in ("--to", quote)]
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as printed:
        command = ["calibrate", worlds.write(Path(folder)), "--paths", str(PATHS), "-q"]
        assert main([*command, "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(printed.getvalue())
    return found


@pytest.mark.parametrize("premium", [-0.5, 0.0, 1.0, 2.3])
def test_the_price_of_risk_is_that_of_the_closed_form(premium: float) -> None:
    found = calibrated(f"acme.pd.1 = {pd(premium)}")["premium"]
    half_width = (found["high"] - found["low"]) / 2.0
    # The error of λ is that of the PD over its slope; on 20,000 paths some 0.03.
    assert 0.0 < half_width < 0.1
    assert found["value"] == pytest.approx(premium, abs=ERRORS * half_width)


def test_both_kinds_of_probabilities_stand_side_by_side() -> None:
    found = calibrated(f"acme.pd.1 = {pd(1.0)}")
    both = found["measures"]["issuers.acme.pd.1"]
    width = both["real_world"]["high"] - both["real_world"]["low"]
    assert both["real_world"]["value"] == pytest.approx(PD, abs=ERRORS * width / 2.0)
    # The quote is met up to the curvature within half a step of the price of risk.
    assert both["risk_neutral"]["value"] == pytest.approx(pd(1.0), abs=1e-3)
    ratio = both["risk_neutral"]["value"] / both["real_world"]["value"]
    assert both["ratio"]["value"] == pytest.approx(ratio)
    assert both["ratio"]["low"] < ratio < both["ratio"]["high"]


def test_quotes_that_contradict_each_other_get_the_least_squares_compromise() -> None:
    """Against the least squares of the closed forms, and their standard error."""
    near, far = 0.0, 1.0
    first, second = (calibrated(f"acme.pd.1 = {pd(premium)}") for premium in (near, far))
    # The CDS of one month is a function of its PD, so the two quotes cannot both be met.
    both = calibrated(f"acme.pd.1 = {pd(near)}", f"acme.cds.1 = {1e4 * swap(pd(far))}bp")
    assert first["misfit"] is None is second["misfit"]
    found = both["premium"]
    half_width = (found["high"] - found["low"]) / 2.0
    at, misfit = least_squares([(pd, pd(near)), (lambda x: swap(pd(x)), swap(pd(far)))])
    assert near < at < far
    assert found["value"] == pytest.approx(at, abs=ERRORS * half_width + 0.01)
    # The misfit rests on slopes over 0.2 of the price of risk and on the paths: to a tenth.
    assert both["misfit"] == pytest.approx(misfit, rel=0.1)


def least_squares(quotes: list[tuple[Callable[[float], float], float]]) -> tuple[float, float]:
    """The price of risk of the smallest sum of squared relative misfits, and its standard error.

    By search on a grid of 0.001, and √(least sum / (k − 1) / Σ slope²) of relative slopes.
    """

    def relative(at: float) -> list[float]:
        return [curve(at) / quote - 1.0 for curve, quote in quotes]

    grid = (k / 1000 for k in range(-1000, 3001))
    best = min(grid, key=lambda at: sum(y * y for y in relative(at)))
    ends = zip(relative(best - 1e-4), relative(best + 1e-4), strict=True)
    grip = sum(((b - a) / 2e-4) ** 2 for a, b in ends)
    least = sum(y * y for y in relative(best))
    return best, sqrt(least / (len(quotes) - 1) / grip)


def swap(pd: float) -> float:
    """Par spread of a month's protection (section 9); the discount factor cancels."""
    return 360.0 / 365.0 * 0.6 * pd / ((1.0 - pd / 2.0) / 12.0)


def test_the_overlay_makes_the_run_that_was_quoted(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "neutral.yaml"
    quote = f"acme.pd.1 = {pd(1.0)}"
    words = ("--paths", str(PATHS), "--format", "json")
    scenario = worlds.write(tmp_path)
    assert main(["calibrate", scenario, *words, "-q", "--to", quote, "--overlay", str(file)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(["run", scenario, *words, "--with", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "warning" not in err
    result = json.loads(out)
    assert result["measure"] == "risk-neutral"
    value = found["measures"]["issuers.acme.pd.1"]["risk_neutral"]["value"]
    # The overlay keeps six digits of the price of risk: a path or two may differ.
    assert result["issuers"]["acme"]["pd"]["1"]["value"] == pytest.approx(value, abs=2 / PATHS)
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert list(tree["market"]["price_of_risk"]) == ["price"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--to", "acme.pd.1 = 0.999999"], "no price of risk reaches 99.9999%: it lies between 1"),
        (["--to", "acme.cds.1 = 400bp"], "no price of risk reaches 400bp: it lies between 1"),
        (["--to", "acme.pd.1 = 0"], "a quote lies above 0"),
        (["--to", "acme.pd.1 = 30bp"], "does not fit"),
        (["--to", "acme.pd"], "write it like"),
        (["--to", "acme.pd.1=0.4", "--to", "acme.pd.1=0.5"], "--to: acme.pd.1 is quoted twice"),
        (["--to", "acme.pd.1=0.4", "--set", "market.price_of_risk.price=0.1"], "is not 0"),
        (["--to", "acme.pd.1=0.4", "--overlay", "out.json"], "an overlay is YAML"),
        (["--to", "acme.pd.1=0.4", "--by", "customers"], "no price of risk moves it: it is 29.7%"),
        (["--to", "acme.lgd=0.4", "--set", f"{worlds.PRINCIPAL}=1"], "it is undefined on these"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    options: list[str], told: str, tmp_path: Path, capsys: Capture
) -> None:
    command = ["calibrate", worlds.write(tmp_path), "--paths", "2000", "-q"]
    assert main([*command, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("premium", "told"), [(1.5, "more than markets pay for long"), (-0.5, "It lies below 0")]
)
def test_a_price_of_risk_that_no_market_pays_is_doubted(
    premium: float, told: str, tmp_path: Path, capsys: Capture
) -> None:
    command = ["calibrate", worlds.write(tmp_path), "--paths", "2000", "-q"]
    assert main([*command, "--to", f"acme.pd.1 = {pd(premium)}"]) == 0
    assert told in capsys.readouterr().out


def test_tables_say_how_much_of_a_spread_is_a_premium(tmp_path: Path, capsys: Capture) -> None:
    command = ["calibrate", worlds.write(tmp_path), "--paths", "5000", "-q"]
    assert main([*command, "--to", f"acme.pd.1 = {pd(1.0)}"]) == 0
    out = capsys.readouterr().out
    assert "The price of risk is 1" in out or "The price of risk is 0.9" in out
    for word in ("real-world", "risk-", "coverage", "contract"):
        assert word in out


def test_every_form_has_the_measures_under_both_probabilities(
    tmp_path: Path, capsys: Capture
) -> None:
    command = ["calibrate", worlds.write(tmp_path), "--paths", "5000", "-q", "--format", "csv"]
    assert main([*command, "--to", f"acme.pd.1 = {pd(0.5)}"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.endswith(",kind,quote")
    kinds = {row.rsplit(",", 2)[1] for row in rows}
    assert kinds == {"premium", "real-world", "risk-neutral", "ratio"}


def test_a_quote_has_the_unit_of_its_measure() -> None:
    from neocloud_mc.engine.bookkeeping import open_book
    from tests.worlds import world

    book = open_book(world({"issuers": {"acme": {"cash": 1.0}}}))
    assert read_quote(book, f"acme.cds.{book.months} = 370bp").value == pytest.approx(0.037)
