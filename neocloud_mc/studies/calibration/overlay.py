"""The price of risk as an overlay for `--with`."""

from neocloud_mc.notation import counted
from neocloud_mc.studies.calibration.run import Calibration

_DIGITS = 6


def overlay(result: Calibration) -> dict[str, object]:
    """The parts of `market.price_of_risk`, and the quotes that they are from."""
    found = result.solution.premium
    quotes = ", ".join(quote.text for quote in result.quotes)
    of = f"{result.info.scenario}, {counted(result.info.paths, 'path')}, seed {result.info.seed}"
    ends = "" if found.low is None else f"; sampling error {found.low:.3g} to {found.high:.3g}"
    number = float(f"{result.premium:.{_DIGITS}g}")
    return {
        "description": f"Risk-neutral probabilities of {of}.",
        "market": {"price_of_risk": dict.fromkeys(result.by.parts, number)},
        "assumptions": {
            f"market.price_of_risk.{part}": f"calibrated to {quotes}{ends}"
            for part in result.by.parts
        },
    }
