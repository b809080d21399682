"""Random scenarios over the whole format, for hypothesis.

Amounts are sized so that an issuer's debt service is near its CFADS: each of a thousand GPUs brings
about a thousand dollars a month. Numbers are untidy on purpose: a limit that is met but for the
rounding of the last bit tells nothing about the model.
"""

import math
from typing import Any

from hypothesis import strategies as st

from tests.worlds import Tree

Trees = st.SearchStrategy[Tree]
Numbers = st.SearchStrategy[float]

POOLS = ("east", "west")


def between(low: float, high: float) -> Numbers:
    """Numbers in the open interval, none of them round."""
    return st.integers(0, 9_999).map(lambda k: low + (high - low) * (k + 0.381966) / 10_000)


def terms(required: dict[str, Any], **optional: st.SearchStrategy[Any]) -> Trees:
    """Mappings with the required keys and any of the optional ones."""
    return st.fixed_dictionaries(required, optional=optional)


def named(prefix: str, things: Trees, least: int, most: int) -> Trees:
    """From `least` to `most` things under ids of that prefix."""
    rows = st.lists(things, min_size=least, max_size=most)
    return rows.map(lambda found: {f"{prefix}{n}": thing for n, thing in enumerate(found)})


SHARES = between(0.0, 1.0) | st.sampled_from([0.0, 1.0])
WINDOWS = between(-1.5, 1.0) | st.sampled_from([-math.inf, math.inf])
RATES = between(0.01, 0.18) | st.just(0.0)
POOLED = st.sampled_from(POOLS)


def _by_regime(numbers: Numbers) -> Trees:
    return terms({"shortage": numbers, "glut": numbers})


def _price() -> Trees:
    return terms(
        {
            "drift": _by_regime(between(-0.6, 0.3)),
            "volatility": _by_regime(between(0.05, 0.6) | st.just(0.0)),
        },
        obsolescence=between(-0.1, 0.4),
        reversion=between(0.0, 2.0),
        launch=terms({}, per_year=between(0.1, 2.0), mean=between(-0.4, 0.1), sd=between(0, 0.3)),
    )


def _resale() -> Trees:
    haircut = terms(
        {"base": between(0.02, 0.8)},
        glut=between(-0.5, 1.5),
        fire_sale=between(-1.0, 4.0),
        volatility=between(0.0, 1.0),
    )
    return terms(
        {"months": st.integers(1, 14), "haircut": haircut},
        elasticity=between(0.0, 1.5),
        cost=SHARES,
    )


def _market() -> Trees:
    return terms(
        {
            "total_gpus": between(4e3, 3e4),
            "risk_free": RATES,
            "price": _price(),
            "regime": terms(
                {
                    "start": st.sampled_from(["shortage", "glut"]),
                    "mean_years": _by_regime(between(0.1, 3.0) | st.just(math.inf)),
                    "utilization": _by_regime(SHARES),
                }
            ),
            "funding": terms(
                {
                    "persistence_years": between(0.1, 4.0),
                    "spread": terms({"base": RATES}, sensitivity=between(0.0, 1.0)),
                },
                start=between(-1.0, 1.0),
                price_correlation=between(-1.0, 1.0) | st.sampled_from([-1.0, 1.0]),
                glut_shift=between(-0.5, 1.5),
            ),
            "resale": _resale(),
        },
        contagion=terms({}, price_impact=between(0.0, 3.0), funding_impact=between(0.0, 1.0)),
    )


def _gpu() -> Trees:
    return terms(
        {
            "price": between(0.8, 3.5),
            "resale": between(4e3, 4e4),
            "operating_cost": between(50.0, 500.0) | st.just(0.0),
        },
        obsolescence=between(-0.1, 0.4),
        depreciation=between(0.0, 0.4),
    )


def _customer() -> Trees:
    return terms({"default_intensity": between(0.0, 0.6)}, funding_beta=between(-0.5, 1.5))


def _lot(gpus: list[str]) -> Trees:
    """A lot that is paid for, though it may not run yet."""
    return terms(
        {"gpu": st.sampled_from(gpus), "count": between(200.0, 2500.0)},
        service_month=st.integers(0, 12),
        committed=st.booleans(),
        pool=POOLED,
        operating_cost=between(0.0, 500.0),
    )


@st.composite
def _order(draw: st.DrawFn, gpus: list[str], lenders: list[str]) -> Tree:
    """A lot that is still to be paid for."""
    lot = draw(_lot(gpus))
    lot["count"] = draw(between(20.0, 800.0))
    lot["unit_cost"] = draw(between(2e3, 3e4))
    lot["pay_month"] = draw(st.integers(1, 20))
    lot["service_month"] = lot["pay_month"] + draw(st.integers(0, 8))
    if lenders and draw(st.booleans()):
        lot["financed_by"] = draw(st.sampled_from(lenders))
        lot["advance"] = draw(SHARES)
    return lot


@st.composite
def _contract(
    draw: st.DrawFn, gpus: list[str], customers: list[str], pools: list[str | None]
) -> Tree:
    renewal = terms(
        {"probability": SHARES, "months": st.integers(1, 24)}, discount=between(-0.0, 0.3)
    )
    contract = draw(
        terms(
            {
                "customer": st.sampled_from(customers),
                "gpu": st.sampled_from(gpus),
                "count": between(50.0, 2000.0),
                "price": between(0.8, 4.0),
            },
            start_month=st.integers(0, 20),
            take_or_pay=SHARES,
            churn=between(0.0, 2.5),
            price_sensitivity=between(0.0, 3.0),
            concession=SHARES,
            renewal=renewal,
        )
    )
    contract["end_month"] = contract.get("start_month", 0) + draw(st.integers(1, 36))
    if (pool := draw(st.sampled_from(pools))) is not None:
        contract["pool"] = pool
    return contract


def _covenants() -> Trees:
    return terms(
        {},
        min_dscr=between(0.3, 2.5),
        max_ltv=between(0.1, 3.0),
        min_liquidity=between(1e5, 1e7),
    )


def _refinance() -> Trees:
    return terms(
        {"months": st.integers(1, 30)},
        window=WINDOWS,
        max_ltv=between(0.1, 3.0),
        max_leverage=between(0.5, 8.0),
    )


@st.composite
def _schedule(draw: st.DrawFn, maturity: int) -> Tree:
    """Amortization, by formula or by month."""
    if draw(st.booleans()):
        return draw(
            terms(
                {"amortization": st.sampled_from(["bullet", "linear", "annuity"])},
                interest_only_until=st.integers(0, 12),
            )
        )
    amounts = st.dictionaries(st.integers(1, maturity), between(1e5, 8e6), max_size=4)
    return {"amortization": draw(amounts)}


@st.composite
def _loan(draw: st.DrawFn) -> Tree:
    """A term loan, a delayed-draw tranche or a revolver."""
    kind = draw(st.sampled_from(["term", "delayed_draw", "revolver"]))
    tranche = draw(
        terms(
            {"kind": st.just(kind), "maturity": st.integers(1, 45)},
            principal=between(1e6, 3e7),
            pool=POOLED,
            rank=st.integers(1, 3),
            recourse=st.booleans(),
            sweep=SHARES,
            refinance=_refinance(),
            covenants=_covenants(),
        )
    )
    tranche[draw(st.sampled_from(["coupon", "margin"]))] = draw(RATES)
    if kind != "term":
        tranche["commitment"] = draw(between(1e6, 2e7))
    return tranche | draw(_schedule(tranche["maturity"]))


def _notes() -> Trees:
    return terms(
        {"kind": st.just("notes"), "months": st.integers(1, 60)},
        principal=between(1e6, 2e7),
        commitment=between(1e6, 4e7),
        coupon=RATES,
        rank=st.integers(1, 3),
        recourse=st.booleans(),
        sweep=SHARES,
        covenants=_covenants(),
        window=WINDOWS,
        max_leverage=between(0.5, 8.0),
        target_cash=between(1e5, 1.5e7),
    )


def _rest_of_issuer(gpus: list[str]) -> Trees:
    backstop = terms(
        {
            "gpu": st.sampled_from(gpus),
            "count": between(50.0, 1000.0),
            "price": between(0.5, 3.0),
            "until_month": st.integers(0, 36),
        },
        window=WINDOWS,
    )
    return terms(
        {"cash": between(0.0, 2e7) | st.just(0.0)},
        min_cash=between(1e5, 5e6),
        growth_window=WINDOWS,
        delivery_delay_months=between(0.1, 4.0),
        costs=terms(
            {}, fixed=between(0.0, 6e5), variable=between(0.0, 0.2), inflation=between(-0.1, 0.3)
        ),
        backstop=backstop,
        support=terms({"capacity": between(1e5, 2e7)}, window=WINDOWS),
        lenders=terms({}, cure_quarters=st.integers(0, 3), waiver=SHARES, window=WINDOWS),
        step_in=terms({"friction": SHARES}),
    )


@st.composite
def _issuer(draw: st.DrawFn, gpus: list[str], customers: list[str]) -> Tree:
    tranches = draw(named("t", _loan() | _notes(), 0, 5))
    lenders = [key for key, tranche in tranches.items() if tranche["kind"] == "delayed_draw"]
    fleet = draw(named("lot", _lot(gpus), 1, 2)) | draw(named("new", _order(gpus, lenders), 0, 2))
    named_pools = (thing.get("pool") for thing in (*fleet.values(), *tranches.values()))
    pools = sorted({pool for pool in named_pools if pool is not None})
    contracts = draw(named("k", _contract(gpus, customers, [None, *pools]), 0, 3))
    rest = draw(_rest_of_issuer(gpus))
    return rest | {"fleet": fleet, "contracts": contracts, "tranches": tranches}


@st.composite
def scenarios(draw: st.DrawFn) -> Tree:
    """Whole scenarios: 1 to 4 issuers in one market, 6 to 36 months."""
    gpus = draw(named("g", _gpu(), 1, 3))
    customers = draw(named("c", _customer(), 1, 4))
    return {
        "name": "random",
        "horizon_months": draw(st.integers(6, 36)),
        "market": draw(_market()),
        "gpus": gpus,
        "customers": customers,
        "issuers": draw(named("i", _issuer(list(gpus), list(customers)), 1, 4)),
    }
