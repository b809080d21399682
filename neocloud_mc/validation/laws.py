"""Metamorphic laws: changes of a scenario whose effect on every path is known, draws unchanged.

*Where a split is not neutral.* A lot's delay, a contract's churn and a contract's renewal are drawn
from streams named after the entity, so two halves live apart unless these are switched off. Two
halves of a tranche with a sweep each take the share, which doubles it. Two halves of a programme
of notes with a leverage limit each sell into the whole room that the limit leaves. Halves stand at
the place of the whole, since contracts are served, and revolvers drawn, in file order.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from neocloud_mc.engine.tables import tabulate
from neocloud_mc.results.book import Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.validation.budget import Budget
from neocloud_mc.validation.company import company_tree
from neocloud_mc.validation.record import Claim, never, within
from neocloud_mc.validation.sampling import ROWS, outcomes
from neocloud_mc.validation.worlds import Tree, market, merge

_FACTOR: Final = 1000.0
_ROUNDING: Final = 1e-9
_MONEY: Final = frozenset(
    {
        *("resale", "operating_cost", "unit_cost", "cash", "min_cash", "fixed", "capacity"),
        *("principal", "commitment", "min_liquidity", "target_cash", "price"),
    }
)
"""Keys of amounts and prices in a scenario."""
_SEPARATE: Final = market(
    contagion={"price_impact": 0.0, "funding_impact": 0.0}, resale={"haircut": {"fire_sale": 0.0}}
)


def claims(budget: Budget) -> Iterator[Claim]:
    """Every law, on the company of the record."""
    base = _run(company_tree(), budget)
    yield from _scaling(base, budget)
    yield from _order(base, budget)
    yield from _names(base, budget)
    yield from _halves(base, budget)
    yield from _horizon(base, budget)
    yield from _monotone(budget)
    yield from _separation(budget)


def _run(tree: Tree, budget: Budget) -> Outcome:
    scenario = Scenario.model_validate({**tree, "name": "laws"})
    return outcomes(scenario, budget.watched, budget.key("laws"))


def _run_company(budget: Budget, *changes: Mapping[str, Any]) -> Outcome:
    return _run(company_tree(*changes), budget)


def _fates(a: Outcome, b: Outcome) -> int:
    """Paths on which an issuer's month or cause of default differs."""
    differs = (a.default_month != b.default_month) | (a.cause != b.cause)
    return int(np.count_nonzero(differs.any(axis=0)))


def _loss_gap(a: Outcome, b: Outcome, scale: float = 1.0) -> float:
    """Largest relative difference of a path's loss over all tranches, b's in units of `scale`."""
    ours, theirs = a.loss.sum(axis=0), b.loss.sum(axis=0) / scale
    return float((np.abs(ours - theirs) / np.maximum(a.claim.sum(axis=0), 1.0)).max())


def _scaling(base: Outcome, budget: Budget) -> Iterator[Claim]:
    """Counting money in thousandths changes nothing but the size of the losses."""
    scaled = _run(_scaled(company_tree()), budget)
    yield never("all money times 1000: paths with another default", _fates(base, scaled))
    gap = _loss_gap(base, scaled, _FACTOR)
    yield within("all money times 1000: largest difference of a loss", 0.0, gap, _ROUNDING)


def _scaled(tree: Tree) -> Tree:
    """The tree with every amount and price times `_FACTOR`."""
    result: Tree = {}
    for key, value in tree.items():
        if key == "amortization" and isinstance(value, dict):
            result[key] = {month: amount * _FACTOR for month, amount in value.items()}
        elif isinstance(value, dict):
            result[key] = _scaled(value)
        else:
            result[key] = value * _FACTOR if key in _MONEY else value
    return result


def _order(base: Outcome, budget: Budget) -> Iterator[Claim]:
    """The order of issuers, customers and GPU types in the file means nothing."""
    tree = company_tree()
    for key, what in (("issuers", "issuers"), ("customers", "customers"), ("gpus", "GPU types")):
        turned = _run({**tree, key: dict(reversed(tree[key].items()))}, budget)
        back = slice(None, None, -1 if key == "issuers" else 1)
        differs = (base.default_month != turned.default_month[back]).any(axis=0)
        text = f"{what} in reverse order: paths with another default"
        yield never(text, int(np.count_nonzero(differs)))


def _names(base: Outcome, budget: Budget) -> Iterator[Claim]:
    """A label is text; the id of an issuer without chances of its own names its haircut alone."""
    labelled = _run_company(budget, {"issuers": {"plain": {"label": "Another name"}}})
    changed = sum(int(np.count_nonzero(getattr(base, n) != getattr(labelled, n))) for n in ROWS)
    yield never("another label: numbers that change", changed)
    tree = company_tree()
    names = {"builder": "builder", "plain": "renamed", "tested": "tested"}
    renamed = _run(
        {**tree, "issuers": {names[name]: terms for name, terms in tree["issuers"].items()}}, budget
    )
    yield never("another id of the plain issuer: paths with another default", _fates(base, renamed))


def _halves(base: Outcome, budget: Budget) -> Iterator[Claim]:
    """Two halves are the whole, to rounding (see the module for where they are not)."""
    for issuer, table, key, size, what in (
        ("plain", "fleet", "farm", "count", "a pledged lot"),
        ("plain", "contracts", "start_up", "count", "a contract without churn"),
        ("plain", "tranches", "senior", "principal", "an amortising loan"),
        ("plain", "tranches", "bond", "principal", "an unsecured bullet"),
        ("builder", "tranches", "bond", "principal", "a bullet that may be rolled over"),
        ("builder", "tranches", "junior", "principal", "a second-ranking loan"),
    ):
        tree = company_tree()
        entities = tree["issuers"][issuer][table]
        half = {**entities[key], size: entities[key][size] / 2.0}
        split: Tree = {}
        for name, terms in entities.items():
            split |= {f"{name}_a": half, f"{name}_b": half} if name == key else {name: terms}
        tree["issuers"][issuer][table] = split
        halved = _run(tree, budget)
        yield never(f"{what} in two halves: paths with another default", _fates(base, halved))
        gap = _loss_gap(base, halved)
        yield within(f"{what} in two halves: largest difference of a loss", 0.0, gap, _ROUNDING)


def _horizon(base: Outcome, budget: Budget) -> Iterator[Claim]:
    """What happens later does not reach back."""
    short = _run_company(budget, {"horizon_months": 24})
    early = np.where(base.default_month <= 24.0, base.default_month, 0.0)
    changed = np.count_nonzero((early != short.default_month).any(axis=0))
    yield never("horizon 48 instead of 24: paths with another default by month 24", int(changed))
    moved = np.count_nonzero(base.log_index[:24] != short.log_index)
    yield never("horizon 48 instead of 24: prices that change by month 24", int(moved))


def _monotone(budget: Budget) -> Iterator[Claim]:
    """Plain term debt: what helps cash in every month never brings a default forward."""

    def alone(**tranche: object) -> Outcome:
        tree = company_tree()
        issuer = tree["issuers"]["plain"]
        issuer["cash"] = tranche.pop("cash", issuer["cash"])
        merge(issuer["tranches"]["bond"], tranche)
        return _run({**tree, "issuers": {"plain": issuer}}, budget)

    base = alone().default_month[0]
    better = {
        "more cash": alone(cash=6e7),
        "a cheaper bond": alone(coupon=0.1),
        "a smaller bond": alone(principal=9e7),
    }
    for text, outcome in better.items():
        month = outcome.default_month[0]
        is_worse = (month > 0.0) & ((base == 0.0) | (month < base))
        yield never(f"{text}: paths that default sooner", int(np.count_nonzero(is_worse)))
    later = alone(maturity=40).default_month[0]
    is_worse = (later > 0.0) & (later <= 30.0) & ((base == 0.0) | (later < base))
    text = "a longer bond: paths that default sooner, up to the old maturity"
    yield never(text, int(np.count_nonzero(is_worse)))


def _separation(budget: Budget) -> Iterator[Claim]:
    """Without contagion an issuer is the same to the last bit, whoever else is in the run."""
    tree = company_tree(_SEPARATE)
    together = _run(tree, budget)
    rows = tabulate(Scenario.model_validate({**tree, "name": "laws"}), 0).issuers
    for place, (name, terms) in enumerate(tree["issuers"].items()):
        alone = _run({**tree, "issuers": {name: terms}}, budget)
        mine = slice(int(rows[place].first_tranche), int(rows[place].end_tranche))
        changed = np.count_nonzero(together.default_month[place] != alone.default_month[0])
        changed += np.count_nonzero(together.cause[place] != alone.cause[0])
        for amounts in ("claim", "loss", "discounted_balance"):
            changed += np.count_nonzero(getattr(together, amounts)[mine] != getattr(alone, amounts))
        yield never(f"contagion off, {name} alone: numbers that change", int(changed))
