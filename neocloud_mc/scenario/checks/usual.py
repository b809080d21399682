"""Usual ranges of the figures: what lies outside is allowed, and doubted in its unit.

One row a figure. The ranges are wide judgements, so that stresses stay within; what lies outside is
most often in another unit (millions for dollars, per cent for shares, a day's rent for an hour's),
and the row names the factors to try. Zero, which switches a mechanism off, and infinity are never
doubted.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from neocloud_mc.scenario import shape as shapes
from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.yaml.tree import Path, Remark

PER_CENT: Final = (1e-2,)
MILLIONS: Final = (1e6, 1e3, 1e9)
THOUSANDS: Final = (1e3, 1e6)
HOURS: Final = (1 / 24, 1 / 730, 1 / 8760)
_ANY: Final = "*"


class Usual(NamedTuple):
    """A figure's usual range, of its size where it may be negative.

    Parameters
    ----------
    factors : what a figure outside may have to be multiplied by.
    """

    path: str
    low: float
    high: float
    factors: tuple[float, ...] = ()


_ISSUER: Final = "issuers.*"
_LOT: Final = f"{_ISSUER}.fleet.*"
_CONTRACT: Final = f"{_ISSUER}.contracts.*"
_TRANCHE: Final = f"{_ISSUER}.tranches.*"
_TABLE: Final = (
    Usual("market.total_gpus", 1e5, 1e9, MILLIONS),
    Usual("market.risk_free", 0.0, 0.2, PER_CENT),
    Usual("market.price.drift.*", 0.0, 2.0, PER_CENT),
    Usual("market.price.volatility.*", 0.0, 2.0, PER_CENT),
    Usual("market.price.obsolescence", 0.0, 1.0, PER_CENT),
    Usual("market.price.reversion", 0.0, 12.0),
    Usual("market.price.launch.per_year", 0.0, 4.0),
    Usual("market.price.launch.mean", 0.0, 1.5, PER_CENT),
    Usual("market.price.launch.sd", 0.0, 1.5, PER_CENT),
    Usual("market.regime.mean_years.*", 0.1, 30.0, (1 / 12,)),
    Usual("market.funding.start", 0.0, 4.0),
    Usual("market.funding.persistence_years", 0.05, 15.0, (1 / 12,)),
    Usual("market.funding.glut_shift", 0.0, 4.0),
    Usual("market.funding.spread.base", 0.002, 0.3, PER_CENT),
    Usual("market.funding.spread.sensitivity", 0.0, 2.0),
    Usual("market.resale.elasticity", 0.0, 3.0),
    Usual("market.resale.cost", 0.0, 0.4, PER_CENT),
    Usual("market.resale.months", 1.0, 36.0),
    Usual("market.resale.haircut.glut", 0.0, 5.0),
    Usual("market.resale.haircut.fire_sale", 0.0, 50.0),
    Usual("market.resale.haircut.volatility", 0.0, 3.0),
    Usual("market.contagion.price_impact", 0.0, 20.0),
    Usual("market.contagion.funding_impact", 0.0, 3.0),
    Usual("gpus.*.price", 0.02, 25.0, HOURS),
    Usual("gpus.*.resale", 100.0, 3e5, THOUSANDS),
    Usual("gpus.*.operating_cost", 10.0, 5e3, (730.0, 1 / 12)),
    Usual("gpus.*.obsolescence", 0.0, 1.0, PER_CENT),
    Usual("gpus.*.depreciation", 0.0, 1.0, PER_CENT),
    Usual("customers.*.default_intensity", 0.0, 4.0, PER_CENT),
    Usual("customers.*.funding_beta", 0.0, 5.0),
    Usual(f"{_ISSUER}.cash", 1e5, 1e12, MILLIONS),
    Usual(f"{_ISSUER}.min_cash", 1e4, 1e11, MILLIONS),
    Usual(f"{_ISSUER}.growth_window", 0.0, 5.0),
    Usual(f"{_ISSUER}.delivery_delay_months", 0.0, 24.0),
    Usual(f"{_LOT}.unit_cost", 500.0, 5e5, THOUSANDS),
    Usual(f"{_LOT}.operating_cost", 10.0, 5e3, (730.0, 1 / 12)),
    Usual(f"{_CONTRACT}.take_or_pay", 0.2, 1.0),
    Usual(f"{_CONTRACT}.churn", 0.0, 4.0, PER_CENT),
    Usual(f"{_CONTRACT}.price_sensitivity", 0.0, 10.0),
    Usual(f"{_CONTRACT}.renewal.months", 1.0, 240.0),
    Usual(f"{_CONTRACT}.renewal.discount", 0.0, 0.7),
    Usual(f"{_ISSUER}.costs.fixed", 1e3, 1e10, MILLIONS),
    Usual(f"{_ISSUER}.costs.variable", 0.0, 0.6),
    Usual(f"{_ISSUER}.costs.inflation", 0.0, 0.2, PER_CENT),
    Usual(f"{_ISSUER}.backstop.price", 0.02, 25.0, HOURS),
    Usual(f"{_ISSUER}.backstop.window", 0.0, 5.0),
    Usual(f"{_ISSUER}.support.capacity", 1e4, 1e12, MILLIONS),
    Usual(f"{_ISSUER}.support.window", 0.0, 5.0),
    Usual(f"{_ISSUER}.lenders.cure_quarters", 0.0, 12.0),
    Usual(f"{_ISSUER}.lenders.window", 0.0, 5.0),
    Usual(f"{_TRANCHE}.principal", 1e4, 1e12, MILLIONS),
    Usual(f"{_TRANCHE}.commitment", 1e4, 1e12, MILLIONS),
    Usual(f"{_TRANCHE}.amortization.*", 1e2, 1e12, MILLIONS),
    Usual(f"{_TRANCHE}.target_cash", 1e4, 1e12, MILLIONS),
    Usual(f"{_TRANCHE}.coupon", 0.002, 0.3, PER_CENT),
    Usual(f"{_TRANCHE}.margin", 0.001, 0.25, PER_CENT),
    Usual(f"{_TRANCHE}.window", 0.0, 5.0),
    Usual(f"{_TRANCHE}.months", 1.0, 360.0),
    Usual(f"{_TRANCHE}.max_leverage", 0.2, 30.0, PER_CENT),
    Usual(f"{_TRANCHE}.maturity", 1.0, 480.0),
    Usual(f"{_TRANCHE}.refinance.months", 1.0, 360.0),
    Usual(f"{_TRANCHE}.refinance.window", 0.0, 5.0),
    Usual(f"{_TRANCHE}.refinance.max_ltv", 0.1, 5.0, PER_CENT),
    Usual(f"{_TRANCHE}.refinance.max_leverage", 0.2, 30.0, PER_CENT),
    Usual(f"{_TRANCHE}.covenants.min_dscr", 0.3, 5.0, PER_CENT),
    Usual(f"{_TRANCHE}.covenants.max_ltv", 0.1, 5.0, PER_CENT),
    Usual(f"{_TRANCHE}.covenants.min_liquidity", 1e4, 1e11, MILLIONS),
)
_BY_PATH: Final = {tuple(row.path.split(".")): row for row in _TABLE}
_PREFIXES: Final = {path[:length] for path in _BY_PATH for length in range(len(path))}


def doubts(resolved: Mapping[str, Any]) -> Iterator[Remark]:
    """The figures of a merged scenario that lie outside their usual ranges."""
    yield from _doubts(resolved, (), ())


def _doubts(value: Any, path: Path, pattern: tuple[str, ...]) -> Iterator[Remark]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            for part in (str(key), _ANY):
                inner = (*pattern, part)
                if inner in _PREFIXES or inner in _BY_PATH:
                    yield from _doubts(below, (*path, key), inner)
        return
    row = _BY_PATH.get(pattern)
    if row is None or isinstance(value, bool) or not isinstance(value, int | float):
        return
    if 0 < abs(value) < math.inf and not row.low <= abs(value) <= row.high:
        yield Remark(path, _text(value, path, row))


def _text(value: float, path: Path, row: Usual) -> str:
    shape = shapes.at(path)
    quantity = shape.quantity if shape else None
    low = -row.high if quantity and quantity.low < 0 and row.low == 0 else row.low
    unit = quantity.behind if quantity else ""
    meant = (float(f"{value * factor:.4g}") for factor in row.factors)
    hint = next((it for it in meant if row.low < abs(it) <= row.high), None)
    return f"{number(value)} is unusual ({number(low)} to {number(row.high)}{unit} is usual)" + (
        f"; did you mean {number(hint)}?" if hint is not None else ""
    )
