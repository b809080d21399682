"""How prices, cash, debt and ratios move: quantiles by month over the first paths of a run.

These paths are lived through a second time, month by month, so that the run itself keeps nothing
more of its own. An issuer's quantiles are over the paths on which it still lives.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.engine.run import live
from neocloud_mc.engine.tables import LANES, Tables, tabulate
from neocloud_mc.mechanisms.covenants import MONTHS_BETWEEN_TESTS
from neocloud_mc.mechanisms.debt import REVOLVER
from neocloud_mc.results.book import Floats
from neocloud_mc.results.intervals import FEWEST_EVENTS, Estimate, Z, proportion
from neocloud_mc.scenario.model import Issuer, Scenario
from neocloud_mc.studies.effort import Effort

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are taken."""
KEPT: Final = "min_cash"
"""What sets the limit of cash."""
FEWEST_ALIVE: Final = 100
"""Paths below which a quantile of 5% would be one of the five most extreme."""


@dataclass(frozen=True)
class Fan:
    """A quantity's quantiles by month.

    Parameters
    ----------
    quantity : price, resale, cash, debt, dscr, ltv or liquidity.
    issuer, item : whose it is; of a tranche, or a GPU type, its id.
    months : in which it is measured: ratios where covenants are tested.
    quantiles : float64[levels, months], see `LEVELS`; NaN where too few paths live.
    limits : least or most that a covenant allows, by what sets it: a tranche's id, or `KEPT`.
    """

    quantity: str
    issuer: str
    item: str
    months: tuple[int, ...]
    quantiles: Floats
    limits: Mapping[str, float]


@dataclass(frozen=True)
class Flows:
    """What went between a vehicle and its parent by the horizon, USD a path, not discounted.

    Parameters
    ----------
    means : by flow (see `FLOWS`), over all paths.
    ever : share of the paths on which there ever was such a flow.
    """

    parent: str
    means: Mapping[str, Estimate]
    ever: Mapping[str, Estimate]


@dataclass(frozen=True)
class Trajectories:
    """How a run's first paths move.

    Parameters
    ----------
    alive : by issuer, share of the paths on which it lives after months 0 … T.
    flows : by vehicle.
    """

    paths: int
    fans: tuple[Fan, ...]
    alive: Mapping[str, tuple[float, ...]]
    flows: Mapping[str, Flows]


FLOWS: Final = ("distributed", "trapped", "own capex", "called", "cured")
"""Up to the parent; kept for the lenders; and down: capex, calls of a guarantee, cures."""


class _Key(NamedTuple):
    """What a quantity is called, whose it is, that issuer's place, and of which thing."""

    quantity: str
    issuer: str = ""
    place: int = -1
    item: str = ""


def trajectories(scenario: Scenario, paths: int, effort: Effort) -> Trajectories:
    """Live through the first paths of a run once more and see what moves.

    Parameters
    ----------
    paths : of the run's, from its path 0 on; at most `defaults.MOST_FAN_PATHS`.
    effort : whose seed it is, and who is told.
    """
    effort.prepare()
    seen, groups = _Seen(scenario.horizon_months, paths), _Groups(scenario, paths)
    alive = np.zeros((scenario.horizon_months + 1, len(scenario.issuers)), dtype=np.int64)
    with effort.watch.simulating(f"{scenario.name}, month by month", paths) as told:
        for block, t, tables in _months(scenario, effort.seed, paths):
            lives = tables.issuers["alive"][:, : len(block)] > 0.0
            alive[t] += lives.sum(axis=1)
            for key, values in _quantities(t, scenario, tables):
                seen.note(key, t, block, values, lives[key.place] if key.issuer else None)
            groups.add(block, tables, lives)
            told(block.start)
    return Trajectories(
        paths,
        tuple(seen.fans(scenario)),
        {name: tuple((alive[:, n] / paths).tolist()) for n, name in enumerate(scenario.issuers)},
        groups.flows(),
    )


def _months(scenario: Scenario, seed: int, paths: int) -> Iterator[tuple[range, int, Tables]]:
    """Block by block of paths, the same tables at the base date and after each month."""
    tables = tabulate(scenario, seed)
    for first in range(0, paths, LANES):
        tables.market[0].first_path = first
        block = range(first, min(first + LANES, paths))
        for t in range(scenario.horizon_months + 1):
            live(t, tables)
            yield block, t, tables


def _quantities(t: int, scenario: Scenario, tables: Tables) -> Iterator[tuple[_Key, Floats]]:
    """Every quantity that month t measures, float64[lanes]."""
    if t > 0:
        for gpu, row in zip(scenario.gpus, tables.gpus, strict=True):
            yield _Key("price", item=gpu), row.price
            yield _Key("resale", item=gpu), row.resale
    for place, (name, terms) in enumerate(scenario.issuers.items()):
        row = tables.issuers[place]
        tranches = tables.tranches[row.first_tranche : row.end_tranche]
        yield _Key("cash", name, place), row.cash
        yield _Key("debt", name, place), tranches["balance"].sum(axis=0)
        if t > 0 and t % MONTHS_BETWEEN_TESTS == 0:
            for quantity, item, values in _tested(t, terms, row, tranches):
                yield _Key(quantity, name, place, item), values


def _tested(t: int, terms: Issuer, row: Any, tranches: Any) -> Iterator[tuple[str, str, Floats]]:
    """What covenants look at: DSCR in any case, the rest where it has a limit."""
    yield "dscr", "", dscr(row)
    if any(limits.min_liquidity is not None for limits in _covenants(terms).values()):
        can_draw = (tranches["kind"] == REVOLVER)[:, None] & (t < tranches["maturity"])
        yield "liquidity", "", row.cash + (tranches["undrawn"] * can_draw).sum(axis=0)
    for place, (name, tranche) in enumerate(terms.tranches.items()):
        limits = tranche.covenants
        if limits and limits.max_ltv is not None and t >= limits.from_month and tranche.pool:
            is_owed = tranches["balance"][place] > 0.0
            yield "ltv", name, np.where(is_owed, tranches["ltv"][place], np.nan)


def dscr(issuer: Any) -> Floats:
    """CFADS over debt service of the last three months, as `covenants` tests it; NaN without any.

    Parameters
    ----------
    issuer : its record; not changed.

    Returns
    -------
    float64[lanes].
    """
    cfads = issuer.cfads + issuer.cfads_1 + issuer.cfads_2
    cfads = cfads + issuer.upstream + issuer.upstream_1 + issuer.upstream_2
    service = issuer.service + issuer.service_1 + issuer.service_2
    ratio: Floats = np.full(cfads.shape, np.nan)
    np.divide(cfads, service, out=ratio, where=service > 0.0)
    return ratio


class _Seen:
    """What every path showed, month by month, until its quantiles are taken."""

    def __init__(self, months: int, paths: int) -> None:
        self._shape = (months + 1, paths)
        self._found: dict[_Key, NDArray[np.float32]] = {}

    def note(self, key: _Key, t: int, block: range, values: Floats, lives: Any) -> None:
        """Note a block's values of month t, on the lanes where somebody lives to have them."""
        if key not in self._found:
            self._found[key] = np.full(self._shape, np.nan, dtype=np.float32)
        kept = values[: len(block)]
        here = kept if lives is None else np.where(lives, kept, np.nan)
        self._found[key][t, block.start : block.stop] = here

    def fans(self, scenario: Scenario) -> Iterator[Fan]:
        """Their quantiles, in the order in which they were noted."""
        for key, found in self._found.items():
            by_month = {t: row[~np.isnan(row)] for t, row in enumerate(found)}
            seen = {t: values for t, values in by_month.items() if len(values) > 0}
            quantiles = np.array([_quantiles(values) for values in seen.values()])
            terms = scenario.issuers.get(key.issuer)
            yield Fan(
                key.quantity,
                key.issuer,
                key.item,
                tuple(seen),
                quantiles.reshape(-1, len(LEVELS)).T,
                _limits(key.quantity, terms, key.item) if terms else {},
            )


def _quantiles(values: NDArray[np.float32]) -> Floats:
    """float64[levels]; NaN of few values."""
    if len(values) < FEWEST_ALIVE:
        return np.full(len(LEVELS), np.nan)
    found: Floats = np.quantile(values.astype(np.float64), LEVELS)
    return found


def _covenants(terms: Issuer) -> dict[str, Any]:
    return {name: t.covenants for name, t in terms.tranches.items() if t.covenants}


def _limits(quantity: str, terms: Issuer, item: str) -> dict[str, float]:
    """What must not be passed, by what sets it."""
    if quantity == "cash":
        return {KEPT: terms.min_cash} if terms.min_cash > 0.0 else {}
    limit = {"dscr": "min_dscr", "ltv": "max_ltv", "liquidity": "min_liquidity"}.get(quantity, "")
    found = {name: getattr(limits, limit, None) for name, limits in _covenants(terms).items()}
    return {k: v for k, v in found.items() if v is not None and item in ("", k)}


class _Groups:
    """Sums over months of what goes between vehicles and parents, path by path."""

    def __init__(self, scenario: Scenario, paths: int) -> None:
        self._vehicles = {
            name: (place, issuer.parent)
            for place, (name, issuer) in enumerate(scenario.issuers.items())
            if issuer.parent
        }
        self._sums = {name: np.zeros((len(FLOWS), paths)) for name in self._vehicles}

    def add(self, block: range, tables: Tables, lives: Any) -> None:
        """Add a block's month; what a vehicle's last month moved is its estate's."""
        for name, (place, _) in self._vehicles.items():
            row = tables.issuers[place]
            trapped = row.prepaid * (row.is_trapped > 0.0)
            capex = row.purchases - row.financed - row.own_capex
            flows = np.stack([row.distributed, trapped, capex, row.called, row.cured_by_parent])
            here = np.where(lives[place], flows[:, : len(block)], 0.0)
            self._sums[name][:, block.start : block.stop] += here

    def flows(self) -> dict[str, Flows]:
        """What went up and down, by vehicle."""
        return {
            name: Flows(
                parent,
                {flow: _mean(total) for flow, total in zip(FLOWS, self._sums[name], strict=True)},
                {
                    flow: proportion(int(np.count_nonzero(total > 0.0)), len(total))
                    for flow, total in zip(FLOWS, self._sums[name], strict=True)
                },
            )
            for name, (_, parent) in self._vehicles.items()
        }


def _mean(values: Floats) -> Estimate:
    """Mean over paths."""
    mean, n = float(values.mean()), len(values)
    half_width = Z * float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
    if np.count_nonzero(values) < FEWEST_EVENTS:
        return Estimate(mean, note="too few paths with such a flow")
    return Estimate(mean, mean - half_width, mean + half_width)
