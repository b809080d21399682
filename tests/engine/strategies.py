"""Random scenarios over the whole format, for hypothesis.

An issuer's amounts are drawn in months of what its fleet earns at first, so that debt service is
near CFADS and everything happens: survival, and defaults of each cause. Numbers are untidy on
purpose: a limit that is met but for the rounding of the last bit tells nothing about the model.
"""

import math
from typing import Any, TypeVar

from hypothesis import strategies as st

from neocloud_mc.quantities import HOURS_PER_MONTH
from tests.worlds import Tree

Trees = st.SearchStrategy[Tree]
Numbers = st.SearchStrategy[float]
T = TypeVar("T")

POOLS = ("east", "west")
AMOUNTS = {
    *("cash", "min_cash", "fixed", "capacity", "per_year", "principal", "commitment"),
    *("target_cash", "min_liquidity", "amortization"),
}
"""Keys of what is drawn in months of income."""


# hypothesis prefers small whole numbers; the power spreads them evenly, and they still shrink.
EVENLY = st.integers(0, 9_999).map(lambda k: ((k + 0.381966) / 10_000) ** 0.35)


def between(low: float, high: float) -> Numbers:
    """Numbers in the open interval, none of them round."""
    return EVENLY.map(lambda u: low + (high - low) * u)


def whole(low: int, high: int) -> st.SearchStrategy[int]:
    """Whole numbers from `low` to `high`."""
    return EVENLY.map(lambda u: low + int((high - low + 1) * u))


def seldom(value: T, usual: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """What is usual, and now and then this value."""
    return st.integers(0, 7).flatmap(lambda k: st.just(value) if k == 7 else usual)


def terms(required: dict[str, Any], **optional: st.SearchStrategy[Any]) -> Trees:
    """Mappings with the required keys and about half of the optional ones."""
    perhaps = {key: _perhaps(values) for key, values in optional.items()}
    rows = st.fixed_dictionaries(required | perhaps)
    return rows.map(lambda row: {key: value for key, value in row.items() if value is not None})


def _perhaps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return EVENLY.flatmap(lambda u: values if u > 0.45 else st.none())


def named(prefix: str, things: Trees, least: int, most: int) -> Trees:
    """From `least` to `most` things under ids of that prefix."""

    def together(count: int) -> Trees:
        return st.fixed_dictionaries({f"{prefix}{n}": things for n in range(count)})

    return whole(least, most).flatmap(together)


SHARES = seldom(0.0, seldom(1.0, between(0.0, 1.0)))
WINDOWS = seldom(math.inf, seldom(-math.inf, between(-1.5, 1.0)))
RATES = seldom(0.0, between(0.01, 0.18))
POOLED = st.sampled_from(POOLS)


def _by_regime(numbers: Numbers) -> Trees:
    return terms({"shortage": numbers, "glut": numbers})


def _price() -> Trees:
    return terms(
        {
            "drift": _by_regime(between(-0.7, 0.2)),
            "volatility": _by_regime(seldom(0.0, between(0.1, 0.8))),
        },
        start=between(-0.5, 0.5),
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
        {"months": whole(1, 14), "haircut": haircut},
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
                    "mean_years": _by_regime(seldom(math.inf, between(0.1, 3.0))),
                    "utilization": _by_regime(seldom(1.0, between(0.4, 1.0))),
                }
            ),
            "funding": terms(
                {
                    "persistence_years": between(0.1, 4.0),
                    "spread": terms({"base": RATES}, sensitivity=between(0.0, 1.0)),
                },
                start=between(-1.0, 1.0),
                price_correlation=seldom(-1.0, between(-1.0, 1.0)),
                glut_shift=between(-0.5, 1.5),
            ),
            "resale": _resale(),
        },
        contagion=terms({}, price_impact=between(0.0, 3.0), funding_impact=between(0.0, 1.0)),
        path=seldom({}, _path()),
        price_of_risk=terms(
            {}, price=between(-0.5, 1.0), funding=between(-0.5, 1.0), customers=between(-0.5, 1.0)
        ),
    )


def _path() -> Trees:
    """What is prescribed in the first six months."""

    def months(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.dictionaries(whole(1, 6), values, min_size=1, max_size=3)

    return terms(
        {},
        price_index=months(between(0.3, 1.6)),
        climate=months(between(-1.5, 1.0)),
        regime=months(st.sampled_from(["shortage", "glut"])),
    )


def _gpu() -> Trees:
    return terms(
        {
            "price": between(1.0, 3.0),
            "resale": between(3e3, 2e4),
            "operating_cost": seldom(0.0, between(50.0, 300.0)),
        },
        obsolescence=between(-0.1, 0.4),
        depreciation=between(0.0, 0.4),
        volatility=between(0.05, 0.5),
        reversion=between(0.0, 2.0),
    )


def _customer() -> Trees:
    return terms({"default_intensity": between(0.0, 0.4)}, funding_beta=between(-0.5, 1.5))


def _lot(gpus: list[str]) -> Trees:
    """A lot that is paid for, though it may not run yet."""
    return terms(
        {"gpu": st.sampled_from(gpus), "count": between(200.0, 2000.0)},
        service_month=whole(0, 12),
        committed=st.booleans(),
        pool=POOLED,
        operating_cost=between(0.0, 500.0),
    )


@st.composite
def _order(draw: st.DrawFn, gpus: list[str], lenders: list[str]) -> Tree:
    """A lot that is still to be paid for."""
    lot = draw(_lot(gpus))
    lot["count"] = draw(between(20.0, 400.0))
    lot["unit_cost"] = draw(between(2e3, 3e4))
    lot["pay_month"] = draw(whole(1, 20))
    lot["service_month"] = lot["pay_month"] + draw(whole(1, 8))
    if draw(st.booleans()):
        lot["cancel_cost"] = draw(seldom(0.0, between(0.0, 0.6)))
    is_financed = draw(st.booleans())
    if lenders and is_financed:
        lot["financed_by"] = draw(st.sampled_from(lenders))
        lot["advance"] = draw(SHARES)
    return lot


@st.composite
def _contract(
    draw: st.DrawFn, gpus: list[str], customers: list[str], pools: list[str | None]
) -> Tree:
    renewal = terms({"probability": SHARES, "months": whole(1, 24)}, discount=between(0.0, 0.3))
    contract = draw(
        terms(
            {
                "customer": st.sampled_from(customers),
                "gpu": st.sampled_from(gpus),
                "count": between(100.0, 2500.0),
                "price": between(0.8, 4.0),
            },
            start_month=whole(0, 20),
            take_or_pay=between(0.6, 1.0),
            churn=between(0.0, 1.5),
            price_sensitivity=between(0.0, 3.0),
            concession=SHARES,
            renewal=renewal,
            longstop=whole(1, 10),
        )
    )
    if draw(st.booleans()):
        contract["prepaid"] = draw(_prepaid(contract["count"] * contract["price"]))
    contract["end_month"] = contract.get("start_month", 0) + draw(whole(1, 36))
    if (pool := draw(st.sampled_from(pools))) is not None:
        contract["pool"] = pool
    return contract


def _prepaid(hourly: float) -> Trees:
    """Some months of a contract's rent, received in advance."""
    months = between(0.1, 6.0).map(lambda m: m * hourly * HOURS_PER_MONTH)
    return terms(
        {},
        balance=months,
        receipts=st.dictionaries(whole(1, 12), months, max_size=2),
        share=SHARES,
    )


def _covenants() -> Trees:
    return terms(
        {},
        min_dscr=between(0.2, 1.2),
        max_ltv=between(0.2, 3.0),
        min_liquidity=between(0.05, 2.0),
        from_month=whole(0, 12),
    )


@st.composite
def _refinance(draw: st.DrawFn) -> Tree:
    terms_of_it = draw(
        terms(
            {"months": whole(1, 30)},
            window=WINDOWS,
            max_ltv=between(0.1, 3.0),
            max_leverage=between(0.5, 8.0),
        )
    )
    if terms_of_it["months"] > 1 and draw(st.booleans()):
        terms_of_it["ahead"] = draw(whole(1, min(12, terms_of_it["months"] - 1)))
    return terms_of_it


@st.composite
def _schedule(draw: st.DrawFn, maturity: int) -> Tree:
    """Amortization, by formula or by month."""
    if draw(st.booleans()):
        return draw(
            terms(
                {"amortization": st.sampled_from(["bullet", "linear", "annuity"])},
                interest_only_until=whole(0, 12),
            )
        )
    amounts = st.dictionaries(whole(1, maturity), between(0.1, 3.0), max_size=4)
    return {"amortization": draw(amounts)}


@st.composite
def _loan(draw: st.DrawFn) -> Tree:
    """A term loan, a delayed-draw tranche or a revolver."""
    kind = draw(st.sampled_from(["term", "delayed_draw", "revolver"]))
    tranche = draw(
        terms(
            {"kind": st.just(kind), "maturity": whole(1, 32)},
            principal=between(1.0, 25.0),
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
        tranche["commitment"] = draw(between(0.5, 12.0))
    return tranche | draw(_schedule(tranche["maturity"]))


def _notes() -> Trees:
    return terms(
        {"kind": st.just("notes"), "months": whole(1, 60)},
        principal=between(0.5, 10.0),
        commitment=between(0.5, 20.0),
        coupon=RATES,
        rank=st.integers(1, 3),
        recourse=st.booleans(),
        sweep=SHARES,
        covenants=_covenants(),
        window=WINDOWS,
        max_leverage=between(0.5, 8.0),
        target_cash=between(0.2, 6.0),
    )


def _rest_of_issuer(gpus: list[str]) -> Trees:
    backstop = terms(
        {
            "gpu": st.sampled_from(gpus),
            "count": between(50.0, 1000.0),
            "price": between(0.5, 3.0),
            "until_month": whole(0, 36),
        },
        window=WINDOWS,
    )
    return terms(
        {"cash": seldom(0.0, between(0.5, 12.0))},
        min_cash=between(0.1, 3.0),
        growth_window=WINDOWS,
        growth_hurdle=between(0.0, 1.0),
        jump_to_default=between(0.01, 0.5),
        delivery_delay_months=between(0.1, 4.0),
        costs=terms(
            {}, fixed=between(0.0, 0.9), variable=between(0.0, 0.2), inflation=between(-0.1, 0.3)
        ),
        backstop=backstop,
        support=terms(
            {"capacity": seldom(0.0, between(0.1, 8.0))},
            per_year=between(0.1, 12.0),
            runway=whole(0, 12),
            price_elasticity=between(0.0, 2.0),
            window=WINDOWS,
        ),
        lenders=terms({}, cure_quarters=st.integers(0, 3), waiver=SHARES, window=WINDOWS),
        step_in=terms({"friction": SHARES}),
    )


@st.composite
def _issuer(draw: st.DrawFn, gpus: Tree, customers: list[str], loans: Trees) -> Tree:
    tranches = draw(seldom({}, named("t", loans, 1, 6)))
    lenders = [key for key, tranche in tranches.items() if tranche["kind"] == "delayed_draw"]
    types = list(gpus)
    bought = draw(seldom({}, named("lot", _lot(types), 1, 2)))
    fleet = bought | draw(named("new", _order(types, lenders), 0, 2))
    named_pools = (thing.get("pool") for thing in (*fleet.values(), *tranches.values()))
    pools = sorted({pool for pool in named_pools if pool is not None})
    issuer = draw(_rest_of_issuer(types)) | {"tranches": tranches}
    issuer = in_dollars(issuer, sum(income(lot, gpus) for lot in bought.values()) or 1e6)
    contracts = draw(named("k", _contract(types, customers, [*pools, None]), 0, 3))
    for lot in fleet.values():
        if reasons := [key for key, k in contracts.items() if _is_reason(lot, k)]:
            lot["for_contract"] = draw(st.sampled_from(reasons))
    return issuer | {"fleet": fleet, "contracts": contracts}


def _is_reason(lot: Tree, contract: Tree) -> bool:
    """Whether an optional lot can be bought for the sake of a contract."""
    if lot.get("committed", True) or "pay_month" not in lot:
        return False
    return bool(contract["gpu"] == lot["gpu"] and contract["end_month"] > lot["service_month"])


@st.composite
def _vehicle(draw: st.DrawFn, gpus: Tree, customers: list[str], parent: str) -> Tree:
    """A ring-fenced issuer: no notes, no owners but its parent."""
    vehicle = draw(_issuer(gpus, customers, _loan()))
    vehicle.pop("support", None)
    hangs = terms(
        {},
        guarantee=st.booleans(),
        guarantee_until=seldom(math.inf, whole(1, 24)),
        distribution=terms({}, min_dscr=seldom(math.inf, between(0.2, 1.6))),
        reserve_months=whole(0, 6),
        operator_loss=terms({}, termination=SHARES, cost=between(0.0, 1.0)),
    )
    return vehicle | {"parent": parent, "vehicle": draw(hangs)}


@st.composite
def _issuers(draw: st.DrawFn, gpus: Tree, customers: list[str]) -> Tree:
    """1 to 3 issuers, some of them with one or two vehicles, in any order."""
    loans = st.one_of(_loan(), _loan(), _notes())
    issuers = draw(named("i", _issuer(gpus, customers, loans), 1, 3))
    for parent in list(issuers):
        vehicles = _vehicle(gpus, customers, parent)
        issuers |= draw(seldom({}, named(f"{parent}v", vehicles, 0, 2)))
    return {key: issuers[key] for key in draw(st.permutations(list(issuers)))}


def income(lot: Tree, gpus: Tree) -> float:
    """What a lot earns at first if most of it is let, USD a month."""
    gpu = gpus[lot["gpu"]]
    return float(lot["count"] * (0.8 * HOURS_PER_MONTH * gpu["price"] - gpu["operating_cost"]))


def in_dollars(tree: Tree, unit: float) -> Tree:
    """The tree with amounts multiplied by their unit."""
    return {key: _in_dollars(value, unit, key in AMOUNTS) for key, value in tree.items()}


def _in_dollars(value: Any, unit: float, is_amount: bool) -> Any:
    if isinstance(value, dict):
        return {k: _in_dollars(v, unit, is_amount or k in AMOUNTS) for k, v in value.items()}
    return value * unit if is_amount and isinstance(value, float) else value


@st.composite
def scenarios(draw: st.DrawFn) -> Tree:
    """Whole scenarios: 1 to 3 issuers and their vehicles in one market, 6 to 36 months."""
    gpus = draw(named("g", _gpu(), 1, 3))
    customers = draw(named("c", _customer(), 1, 4))
    return {
        "name": "random",
        "horizon_months": draw(whole(6, 36)),
        "market": draw(_market()),
        "gpus": gpus,
        "customers": customers,
        "issuers": draw(_issuers(gpus, list(customers))),
    }
