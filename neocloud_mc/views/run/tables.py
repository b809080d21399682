"""A run's result as tables that a credit committee reads without help."""

from collections.abc import Iterator

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.figures import Estimates, Quantiles, TrancheEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, parameter_uncertainty, target_error
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.calendar_months import numbered, stacked
from neocloud_mc.views.render.grid import Alarm, Grid
from neocloud_mc.views.render.numbers import (
    NO_INTERVAL,
    UNDEFINED,
    bare,
    basis_points,
    bounds,
    in_basis_points,
    in_usd,
    loss_rate,
    median_and_range,
    number,
    percent,
    usd,
)
from neocloud_mc.views.render.text import printable


def heading(result: RunResult) -> tuple[str, ...]:
    """Which run this is: the scenario's name, then what reproduces it, then what ± means."""
    own = target_error.heading(result.target_error) if result.target_error else ()
    return (*headings.of_run(result.info), *own)


def grids(result: RunResult) -> Iterator[Grid]:
    """The tables of one run, those without rows left out."""
    estimates, base_date = result.estimates, result.info.base_date
    horizon = numbered(estimates.months, base_date)
    several = len(estimates.issuers) > 1
    if estimates.issuers:
        yield _default(estimates, base_date)
        if result.uncertainty:
            yield parameter_uncertainty.grid(estimates, result.uncertainty, horizon)
        yield _causes(estimates, horizon)
        if result.drivers:
            yield from default_drivers.grids(result.drivers)
        yield _losses(estimates, horizon)
        if any(issuer.tranches for issuer in estimates.issuers.values()):
            yield _tranches(estimates)
        if several:
            yield _together(result, horizon)
            yield _pairs(estimates)
        yield _portfolio(estimates, horizon)
    yield _market(estimates, base_date)
    if result.gates:
        yield _gates(result)


def _default(estimates: Estimates, base_date: str | None) -> Grid:
    return Grid(
        "Probability of default by month",
        ("issuer", *(stacked(t, base_date) for t in estimates.horizons)),
        tuple(
            (printable(issuer.label), *(percent(issuer.pd[t]) for t in estimates.horizons))
            for issuer in estimates.issuers.values()
        ),
    )


def _causes(estimates: Estimates, horizon: str) -> Grid:
    return Grid(
        f"Why they default by {horizon}, and whether covenants warn",
        ("issuer", *CAUSES, "in breach", "lead, months"),
        tuple(
            (
                printable(issuer.label),
                *(percent(issuer.causes[cause]) for cause in CAUSES),
                percent(issuer.breach),
                number(issuer.lead_months),
            )
            for issuer in estimates.issuers.values()
        ),
        _noted(
            "in breach: of a covenant, ever. lead: mean time from the first breach to default, "
            "where both happen.",
            [issuer.lead_months for issuer in estimates.issuers.values()],
        ),
    )


def _losses(estimates: Estimates, horizon: str) -> Grid:
    issuers = estimates.issuers.values()
    ratings = [(issuer, issuer.implied_rating) for issuer in issuers]
    return Grid(
        f"What lenders lose by {horizon}",
        ("issuer", "debt", "LGD", "expected loss", "fair, bp", "implied rating"),
        tuple(
            (
                printable(issuer.label),
                in_usd(issuer.debt),
                loss_rate(issuer.lgd),
                usd(issuer.expected_loss),
                basis_points(issuer.fair_spread),
                UNDEFINED if rating is None else rating.grade + ("*" if rating.note else ""),
            )
            for issuer, rating in ratings
        ),
        (
            *_noted(
                "LGD: losses over claims. Expected loss: discounted, on loans drawn later too. "
                "fair: the spread per year on all balances that pays for it. Rating: whose "
                "published default rates over the horizon are nearest.",
                [e for i in issuers for e in (i.lgd, i.expected_loss, i.fair_spread)],
            ),
            *(
                f"* {printable(issuer.label)}: {rating.note}."
                for issuer, rating in ratings
                if rating and rating.note
            ),
        ),
    )


def _tranches(estimates: Estimates) -> Grid:
    tranches = [
        (f"{issuer.id}.{key}", tranche)
        for issuer in estimates.issuers.values()
        for key, tranche in issuer.tranches.items()
    ]
    return Grid(
        "Tranches: what the contract pays beside what the risk costs",
        (
            "tranche",
            "PD",
            "LGD",
            "expected loss",
            "fair, bp",
            "contract, bp",
            "enough?",
        ),
        tuple((name, *_tranche(tranche)) for name, tranche in tranches),
        _noted(
            "fair: the spread per year that pays for the expected loss. enough?: whether the "
            "contract's spread covers it; thin: the interval does not decide.",
            [e for _, t in tranches for e in (t.lgd, t.expected_loss, t.fair_spread)],
        ),
    )


def _tranche(tranche: TrancheEstimates) -> tuple[str, ...]:
    enough, contract = tranche.pays_enough or UNDEFINED, tranche.contract_spread
    return (
        percent(tranche.pd),
        loss_rate(tranche.lgd),
        usd(tranche.expected_loss),
        basis_points(tranche.fair_spread),
        UNDEFINED if contract is None else in_basis_points(contract),
        Alarm(enough) if enough in {"thin", "no"} else enough,
    )


def _together(result: RunResult, horizon: str) -> Grid:
    joint, separated = result.estimates.joint, result.separated
    columns = [joint.at_least] if separated is None else [joint.at_least, separated.joint.at_least]
    apart = () if separated is None else ("without contagion",)
    note = () if separated is None else (_without_contagion(separated.paths),)
    return Grid(
        f"How many default by {horizon}",
        ("issuers", "exactly", "at least", *apart),
        tuple(
            (str(k), percent(exactly), *(percent(c[k]) if k else UNDEFINED for c in columns))
            for k, exactly in joint.exactly.items()
        ),
        note,
    )


def _without_contagion(paths: int) -> str:
    return (
        f"without contagion: at least so many on the same draws, first {paths:,} paths, when no "
        "failure moves prices or funding."
    )


def _pairs(estimates: Estimates) -> Grid:
    issuers = estimates.issuers.values()
    pairs = estimates.joint.pairs
    return Grid(
        "If the issuer of the row defaults, how likely the one of the column does too",
        ("given", *(issuer.id for issuer in issuers)),
        tuple(
            (
                printable(row.label),
                *(
                    UNDEFINED if column is row else percent(pairs[row.id][column.id].conditional)
                    for column in issuers
                ),
            )
            for row in issuers
        ),
        ("Both within the horizon, in whatever order.",),
    )


def _portfolio(estimates: Estimates, horizon: str) -> Grid:
    portfolio = estimates.portfolio
    figures = [portfolio.mean, *portfolio.var.values(), *portfolio.es.values()]
    return Grid(
        f"Portfolio loss by {horizon}",
        ("level", "VaR", "ES"),
        tuple(
            (f"{level}%", usd(portfolio.var[level]), usd(portfolio.es[level]))
            for level in portfolio.var
        ),
        _noted(
            f"Mean loss {usd(portfolio.mean)}, of {in_usd(portfolio.exposure)} drawn and "
            "committed; losses are not discounted. ES: mean of the losses beyond the level.",
            figures,
        ),
    )


def _market(estimates: Estimates, base_date: str | None) -> Grid:
    market = estimates.market
    rows: list[tuple[str, Quantiles]] = [("price index", market.price_index)]
    for key, gpu in market.gpus.items():
        rows += [(f"{key}, $/GPU-hour", gpu.price), (f"{key} resale, $", gpu.resale)]
    return Grid(
        "Market: median (5% to 95%)",
        ("", *(stacked(t, base_date) for t in estimates.horizons)),
        tuple((name, *(median_and_range(*q.values()) for q in by.values())) for name, by in rows),
        ("price index: of compute, 1 at the base date, before a GPU type's own ageing.",),
    )


def _gates(result: RunResult) -> Grid:
    return Grid(
        "Conditions for failure",
        ("condition", "result", "value", "95% interval"),
        tuple(
            (
                printable(gate.expr),
                gate.status if gate.status == "passed" else Alarm(gate.status),
                bare(gate.value),
                bounds(Estimate(gate.value, gate.low, gate.high)),
            )
            for gate in result.gates
        ),
        tuple(f"{printable(gate.expr)}: {gate.message}." for gate in result.gates if gate.message),
    )


def _noted(note: str, figures: list[Estimate]) -> tuple[str, ...]:
    """The note, and what the marks mean that these figures have."""
    marks = []
    if any(e.value is not None and e.low is None for e in figures):
        marks.append(f"{NO_INTERVAL}: too few events for an interval.")
    if any(e.value is None for e in figures):
        marks.append(f"{UNDEFINED}: undefined.")
    return (note, *marks)
