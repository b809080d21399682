"""`calibrate`: the price of risk that quotes imply, against closed forms."""

import json
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any, Final

import pytest
import yaml

from neocloud_mc.cli import main
from neocloud_mc.studies.calibration.run import read_quote
from tests.commands import worlds

Capture = pytest.CaptureFixture[str]

PATHS: Final = 40_000
PD: Final = 0.3
"""Of acme in `worlds`, which fails when the spot rent of month 1 is too low."""
NORMAL: Final = NormalDist()
ERRORS: Final = 4.5 / 1.96
"""Half-widths of a 95% interval that 4.5 standard errors are: one false alarm in 150,000."""


def pd(premium: float) -> float:
    """Closed form: a price of risk λ moves the month's normal by −λ √(1/12) (section 1)."""
    return NORMAL.cdf(NORMAL.inv_cdf(PD) + premium * sqrt(1.0 / 12.0))


def calibrated(folder: Path, capsys: Capture, *options: str) -> dict[str, Any]:
    """The JSON of a calibration of acme."""
    command = ["calibrate", worlds.write(folder), "--paths", str(PATHS), "-q", "--format", "json"]
    assert main([*command, *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("premium", [-0.5, 0.0, 1.0, 2.3])
def test_the_price_of_risk_is_that_of_the_closed_form(
    premium: float, tmp_path: Path, capsys: Capture
) -> None:
    found = calibrated(tmp_path, capsys, "--to", f"acme.pd.1 = {pd(premium)}")["premium"]
    half_width = (found["high"] - found["low"]) / 2.0
    # The error of λ is that of the PD over its slope; on 40,000 paths some 0.02.
    assert 0.0 < half_width < 0.1
    assert found["value"] == pytest.approx(premium, abs=ERRORS * half_width)


def test_both_kinds_of_probabilities_stand_side_by_side(tmp_path: Path, capsys: Capture) -> None:
    found = calibrated(tmp_path, capsys, "--to", f"acme.pd.1 = {pd(1.0)}")
    both = found["measures"]["issuers.acme.pd.1"]
    width = both["real_world"]["high"] - both["real_world"]["low"]
    assert both["real_world"]["value"] == pytest.approx(PD, abs=ERRORS * width / 2.0)
    # The quote is met up to the curvature within half a step of the price of risk.
    assert both["risk_neutral"]["value"] == pytest.approx(pd(1.0), abs=1e-3)
    ratio = both["risk_neutral"]["value"] / both["real_world"]["value"]
    assert both["ratio"]["value"] == pytest.approx(ratio)
    assert both["ratio"]["low"] < ratio < both["ratio"]["high"]


def test_quotes_that_contradict_each_other_get_a_compromise(
    tmp_path: Path, capsys: Capture
) -> None:
    far, near = pd(1.5), pd(0.5)
    first = calibrated(tmp_path, capsys, "--to", f"acme.pd.1 = {near}")
    second = calibrated(tmp_path, capsys, "--to", f"acme.pd.1 = {far}")
    # The CDS of one month is a function of its PD, so the two quotes cannot both be met.
    spread = second["measures"]["issuers.acme.pd.1"]["risk_neutral"]["value"]
    cds = swap(spread)
    both = calibrated(
        tmp_path, capsys, "--to", f"acme.pd.1 = {near}", "--to", f"acme.cds.1 = {cds * 1e4}bp"
    )
    assert first["misfit"] is None
    assert both["misfit"] > 0.0
    assert first["premium"]["value"] < both["premium"]["value"] < second["premium"]["value"]


def swap(pd: float) -> float:
    """Par spread of a month's protection (section 9); the discount factor cancels."""
    return 360.0 / 365.0 * 0.6 * pd / ((1.0 - pd / 2.0) / 12.0)


def test_the_overlay_makes_the_run_that_was_quoted(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "neutral.yaml"
    quote = f"acme.pd.1 = {pd(1.0)}"
    found = calibrated(tmp_path, capsys, "--to", quote, "--overlay", str(file))
    scenario = worlds.write(tmp_path)
    command = ["run", scenario, "--with", str(file), "--paths", str(PATHS), "--format", "json"]
    assert main(command) == 0
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
        (["--to", "acme.pd.1 = 0.999999"], "no price of risk reaches 0.999999"),
        (["--to", "acme.pd.1 = 0"], "a quote lies above 0"),
        (["--to", "acme.pd.1 = 30bp"], "does not fit"),
        (["--to", "acme.pd"], "write it like"),
        (["--to", "acme.pd.1=0.4", "--to", "acme.pd.1=0.5"], "quoted twice"),
        (["--to", "acme.pd.1=0.4", "--set", "market.price_of_risk.price=0.1"], "is not 0"),
        (["--to", "acme.pd.1=0.4", "--overlay", "out.json"], "an overlay is YAML"),
        (["--to", "acme.pd.1=0.4", "--by", "customers"], "no price of risk reaches 0.4"),
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
