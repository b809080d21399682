"""The reference implementation against ledgers worked by hand, and what always holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.engine.rich_world import EVERY
from tests.reference import Draws, HashedDraws, Outcome, check_invariants, simulate
from tests.reference.group_ledgers import GROUP_LEDGERS
from tests.reference.growth_ledgers import GROWTH_LEDGERS
from tests.reference.ledgers import LEDGERS, Ledger, Tree, merged, world

if TYPE_CHECKING:
    from tests.reference.draws import Floats

PATHS = 3
EVERY_LEDGER: list[Ledger] = [*LEDGERS, *GROWTH_LEDGERS, *GROUP_LEDGERS]
SERIES = ("revenue", "cfads", "capex", "equity", "cash", "debt")
MARKET_SERIES = ("x", "climate", "spread")

CALM: Tree = {
    "contagion": {"price_impact": 0.0, "funding_impact": 0.0},
    "resale": {"haircut": {"fire_sale": 0.0}},
}


@dataclass(frozen=True)
class SameEverywhere:
    """Draws whose every uniform is the same."""

    value: float
    n_paths: int

    def uniform(self, _stream: str, _month: int) -> Floats:
        return np.full(self.n_paths, self.value)


def neocloud(size: float) -> Tree:
    """An issuer that uses every mechanism of the model."""
    pooled = {"gpu": "g", "pool": "p"}
    return {
        "cash": 200 * size,
        "min_cash": 100 * size,
        "growth_window": -0.5,
        "delivery_delay_months": 1.5,
        "fleet": {
            "base": pooled | {"count": size},
            "spare": {"gpu": "g", "count": 0.2 * size, "operating_cost": 250},
            "next": pooled
            | {"count": 0.5 * size, "unit_cost": 2000, "pay_month": 2, "service_month": 4}
            | {"financed_by": "ddtl", "advance": 0.8},
            "dream": pooled
            | {"count": 0.5 * size, "unit_cost": 1500, "pay_month": 6, "service_month": 9}
            | {"financed_by": "ddtl", "advance": 0.6, "committed": False},
        },
        "contracts": {
            "anchor": {
                "customer": "mixed",
                "gpu": "g",
                "count": 0.6 * size,
                "price": 1.1,
                "end_month": 14,
                "take_or_pay": 0.95,
                "churn": 0.3,
                "price_sensitivity": 1.0,
                "concession": 0.5,
                "pool": "p",
                "renewal": {"probability": 0.6, "months": 12, "discount": 0.05},
            },
            "later": {
                "customer": "solid",
                "gpu": "g",
                "count": 0.7 * size,
                "price": 1.0,
                "start_month": 5,
                "end_month": 20,
                "churn": 0.1,
            },
        },
        "costs": {"fixed": 60 * size, "variable": 0.03, "inflation": 0.02},
        "backstop": {
            "gpu": "g",
            "count": 0.1 * size,
            "price": 0.8,
            "until_month": 18,
            "window": -1,
        },
        "support": {"capacity": 300 * size, "window": -0.3},
        "lenders": {"cure_quarters": 1, "waiver": 0.6, "window": -1},
        "step_in": {"friction": 0.1},
        "tranches": {
            "ddtl": {
                "kind": "delayed_draw",
                "principal": 3000 * size,
                "commitment": 1200 * size,
                "margin": 0.06,
                "maturity": 20,
                "amortization": "annuity",
                "pool": "p",
                "covenants": {"min_dscr": 1.05, "max_ltv": 8.0},
            },
            "junior": {
                "principal": 1200 * size,
                "coupon": 0.11,
                "maturity": 12,
                "pool": "p",
                "rank": 2,
                "recourse": False,
                "sweep": 0.3,
                "amortization": {3: 5 * size},
                "refinance": {"months": 9, "window": -0.5, "max_ltv": 6.0, "max_leverage": 6},
            },
            "rcf": {
                "kind": "revolver",
                "commitment": 150 * size,
                "margin": 0.04,
                "maturity": 10,
                "refinance": {"months": 12, "window": -0.2},
                "covenants": {"min_liquidity": 60 * size},
            },
            "shelf": {
                "kind": "notes",
                "principal": 800 * size,
                "commitment": 900 * size,
                "months": 36,
                "window": -0.2,
                "max_leverage": 5,
                "target_cash": 180 * size,
            },
        },
    }


def rough(*sizes: float, **market: Tree) -> Tree:
    """A day in the life of issuers a, b, c ... of these sizes."""
    issuers = {"abc"[n]: neocloud(size) for n, size in enumerate(sizes)}
    gpu = {"obsolescence": 0.05, "depreciation": 0.1}
    scenario = world(30, merged(EVERY["market"], market), gpu, **issuers)
    return merged(
        scenario, {"customers": {"mixed": {"default_intensity": 0.1, "funding_beta": 0.8}}}
    )


def found(outcome: Outcome, what: str, key: Any) -> Any:
    """The values of a field by path, for an issuer, a pair or a month."""
    field = getattr(outcome, what)
    return field[key - 1] if what in MARKET_SERIES else field[key]


@pytest.mark.parametrize(
    ("name", "scenario", "expected"), EVERY_LEDGER, ids=[c[0] for c in EVERY_LEDGER]
)
def test_ledger(name: str, scenario: Tree, expected: Tree) -> None:
    """Every figure of the ledger, on every path, to half a cent."""
    outcome = simulate(scenario, HashedDraws(7, PATHS), PATHS)
    check_invariants(outcome)
    for what, values in expected.items():
        tolerance = 1e-9 if what in (*MARKET_SERIES, "haircut") else 0.00501
        for key, value in values.items():
            got = found(outcome, what, key)
            by_month = value if what in SERIES else {None: value}
            for month, figure in by_month.items():
                paths = got if month is None else got[month - 1]
                np.testing.assert_allclose(
                    paths.astype(float), figure, rtol=0, atol=tolerance, err_msg=f"{name} {what}"
                )


@pytest.mark.parametrize("seed", range(4))
def test_invariants_with_every_mechanism_on(seed: int) -> None:
    outcome = simulate(rough(10_000, 6_000, 3_000), HashedDraws(seed, 1_500), 1_500)
    check_invariants(outcome)
    causes = np.concatenate(list(outcome.cause.values()))
    assert set(causes) == {0, 1, 2, 3}
    assert any(stepped.any() for stepped in outcome.stepped_in.values())


def test_order_of_the_issuers_does_not_matter() -> None:
    scenario, draws = rough(10_000, 6_000), HashedDraws(5, 200)
    swapped = scenario | {"issuers": dict(reversed(scenario["issuers"].items()))}
    one, other = simulate(scenario, draws, 200), simulate(swapped, draws, 200)
    for key, loss in one.loss.items():
        np.testing.assert_allclose(other.loss[key], loss, rtol=1e-12, atol=1e-6)
    for name, month in one.default_month.items():
        np.testing.assert_array_equal(other.default_month[name], month)


def test_without_contagion_company_does_not_matter() -> None:
    draws = HashedDraws(6, 200)
    alone = simulate(rough(10_000, **CALM), draws, 200)
    together = simulate(rough(10_000, 6_000, **CALM), draws, 200)
    assert (alone.default_month["a"] > 0).any()
    for key, loss in alone.loss.items():
        np.testing.assert_array_equal(together.loss[key], loss)
    np.testing.assert_array_equal(together.cash["a"], alone.cash["a"])


def test_what_is_kept_by_month_changes_nothing_else() -> None:
    scenario, draws = rough(10_000, 6_000), HashedDraws(5, 200)
    whole, end = (simulate(scenario, draws, 200, by_month=kept) for kept in (True, False))
    assert (whole.default_month["a"] > 0).any()
    for field in ("default_month", "cause", "first_breach", "claim", "loss", "exposure"):
        for key, values in getattr(whole, field).items():
            np.testing.assert_array_equal(getattr(end, field)[key], values)
    assert end.cash["a"].size == end.x.size == 0


@pytest.mark.parametrize(("u", "late"), [(0.7, 0), (0.6, 1), (0.4, 2), (0.2, 3)])
def test_delivery_delay(u: float, late: int) -> None:
    """Mean delay 2, q = 2/3: P(G >= k) = (2/3)^k = 0.667, 0.444, 0.296, 0.198."""
    lot = {"gpu": "g", "count": 1000, "service_month": 2}
    issuer = {"cash": 1e6, "delivery_delay_months": 2, "fleet": {"base": lot}}
    draws: Draws = SameEverywhere(u, PATHS)
    revenue = simulate(world(6, a=issuer), draws, PATHS).revenue["a"]
    np.testing.assert_array_equal(revenue[:, 0], [0.0] * (1 + late) + [730e3] * (5 - late))


def test_customers_survive_at_their_intensity() -> None:
    """At beta = 0 the bill stops with probability 1 - exp(-h T)."""
    n = 20_000
    bill = {"customer": "solid", "gpu": "g", "count": 1000, "price": 2.0, "end_month": 99}
    issuer = {"cash": 1e9, "fleet": {"base": {"gpu": "g", "count": 1000}}, "contracts": {"k": bill}}
    scenario = merged(world(24, a=issuer), {"customers": {"solid": {"default_intensity": 0.3}}})
    revenue = simulate(scenario, HashedDraws(1, n), n).revenue["a"]
    survival = np.exp(-0.3 * 2.0)
    share = (revenue[-1] > 1e6).mean()
    assert abs(share - survival) < 4 * np.sqrt(survival * (1 - survival) / n)
