"""Section 9 of the model: what is reported, from the paths of an outcome, one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .draws import Bools, Floats
    from .outcome import Outcome

CAUSES = ("liquidity", "refinancing", "covenant", "jump", "parent", "vehicle")
LEVELS = (95.0, 99.0, 99.9)
YEAR = 12


def reported(outcome: Outcome, tree: dict[str, Any]) -> dict[str, float]:
    """Every number by its name, NaN where it is undefined; the market's quantiles left out.

    Parameters
    ----------
    tree : the scenario, every key filled in.
    """
    discount = np.exp(-tree["market"]["risk_free"] * np.arange(len(outcome.x) + 1) / YEAR)
    found: dict[str, float] = {}
    for issuer, terms in tree["issuers"].items():
        found |= _issuer(outcome, issuer, terms["tranches"], discount)
    return found | dict(_together(outcome)) | dict(_portfolio(outcome, tree))


def _mean(values: Any) -> float:
    return float(np.mean(values)) if np.size(values) else math.nan


def _quotient(above: float, below: float) -> float:
    return above / below if below > 0.0 else math.nan


def _issuer(
    outcome: Outcome, issuer: str, tranches: dict[str, Any], discount: Floats
) -> dict[str, float]:
    month, breach = outcome.default_month[issuer], outcome.first_breach[issuer]
    dead = month > 0
    name = f"issuers.{issuer}"
    pd = [float(np.mean(dead & (month <= t))) for t in range(len(discount))]
    found = {f"{name}.pd.{t}": p for t, p in enumerate(pd) if t > 0}
    for code, cause in enumerate(CAUSES, start=1):
        found[f"{name}.causes.{cause}"] = float(np.mean(outcome.cause[issuer] == code))
    both = dead & (breach > 0)
    found |= {
        f"{name}.breach.pd": float(np.mean(breach > 0)),
        f"{name}.breach.default_given_breach": _mean(dead[breach > 0]),
        f"{name}.breach.warned": _mean((breach[dead] > 0) & (breach[dead] < month[dead])),
        f"{name}.breach.lead_months": _mean((month - breach)[both]),
    }
    keys = [(issuer, tranche) for tranche in tranches]
    owed = sum(t["principal"] + t["commitment"] for t in tranches.values())
    found |= _losses(name, outcome, keys, dead, owed, discount)
    for end in [*range(YEAR, len(discount) - 1, YEAR), len(discount) - 1]:
        found[f"{name}.cds.{end}"] = _par_spread(pd, discount, end)
    for key in keys:
        claimed, terms = outcome.claim[key] > 0.0, tranches[key[1]]
        own = f"{name}.tranches.{key[1]}"
        found[f"{own}.pd"] = float(np.mean(claimed))
        most = terms["principal"] + terms["commitment"]
        found |= _losses(own, outcome, [key], claimed, most, discount)
    return found


def _losses(
    name: str,
    outcome: Outcome,
    keys: list[tuple[str, str]],
    over: Bools,
    owed: float,
    discount: Floats,
) -> dict[str, float]:
    """Exposure, loss and spread of some tranches of one issuer together."""
    nobody = np.zeros(len(over))
    claim, loss, exposure = (
        sum((of[key] for key in keys), nobody)
        for of in (outcome.claim, outcome.loss, outcome.exposure)
    )
    month = outcome.default_month[keys[0][0]] if keys else nobody.astype(int)
    present = discount[month] * loss
    expected = float(np.mean(present))
    return {
        f"{name}.ead": _mean(claim[over]),
        f"{name}.lgd": _quotient(float(np.sum(loss)), float(np.sum(claim))),
        f"{name}.expected_loss": expected,
        f"{name}.expected_loss_12m": float(np.mean(np.where(month <= YEAR, present, 0.0))),
        f"{name}.expected_loss_rate": _quotient(expected, owed),
        f"{name}.fair_spread": _quotient(expected, float(np.mean(exposure))),
    }


def _par_spread(pd: list[float], discount: Floats, end: int) -> float:
    paid = sum(discount[t] * (pd[t] - pd[t - 1]) for t in range(1, end + 1))
    alive = [1.0 - (pd[t] + pd[t - 1]) / 2.0 for t in range(1, end + 1)]
    earned = sum(d / YEAR * a for d, a in zip(discount[1 : end + 1], alive, strict=True))
    return float(360.0 / 365.0 * 0.6 * paid / earned)


def _together(outcome: Outcome) -> Iterator[tuple[str, float]]:
    dead = {issuer: month > 0 for issuer, month in outcome.default_month.items()}
    heads = [dead[issuer] for issuer, parent in outcome.parent.items() if parent is None]
    number = np.sum(heads, axis=0)
    for k in range(1, len(heads) + 1):
        yield f"joint.at_least.{k}", float(np.mean(number >= k))
    for row, first in dead.items():
        for column, second in dead.items():
            if row != column:
                name = f"joint.pairs.{row}.{column}"
                yield f"{name}.joint", float(np.mean(first & second))
                yield f"{name}.conditional", _mean(second[first])


def _portfolio(outcome: Outcome, tree: dict[str, Any]) -> Iterator[tuple[str, float]]:
    held = tree.get("portfolio")
    whole = np.zeros(outcome.x.shape[1])
    early = np.zeros(outcome.x.shape[1])
    for (issuer, tranche), loss in outcome.loss.items():
        share = 1.0 if held is None else held.get(f"{issuer}.{tranche}", 0.0)
        whole += share * loss
        early += share * np.where(outcome.default_month[issuer] <= YEAR, loss, 0.0)
    measures: dict[str, Callable[[Floats, float], float]] = {"var": _var, "es": _es}
    for prefix, losses in (("portfolio", whole), ("portfolio.by_month_12", early)):
        yield f"{prefix}.mean", float(np.mean(losses))
        for name, measure in measures.items():
            for level in LEVELS:
                yield f"{prefix}.{name}.{level:g}", measure(losses, level / 100.0)


def _var(losses: Floats, level: float) -> float:
    """The least loss that a share `level` of the paths do not exceed."""
    rank = math.ceil(round(level * len(losses), 9))
    return float(np.sort(losses)[rank - 1])


def _es(losses: Floats, level: float) -> float:
    """Mean of the worst 1 − level of the paths, the last of them in part."""
    size = (1.0 - level) * len(losses)
    parts = np.clip(size - np.arange(len(losses)), 0.0, 1.0)
    return float(np.sum(parts * np.sort(losses)[::-1]) / size)
