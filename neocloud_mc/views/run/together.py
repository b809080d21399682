"""A run's tables of all issuers together, and of the market."""

from neocloud_mc.notation import counted
from neocloud_mc.results.figures import Estimates, LossDistribution, LossEstimates, Quantiles
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import Separated
from neocloud_mc.views.render.bars import spark
from neocloud_mc.views.render.calendar_months import alone, stacked
from neocloud_mc.views.render.grid import Grid, Shade
from neocloud_mc.views.render.numbers import (
    UNDEFINED,
    in_usd,
    median_and_range,
    percent,
    usd,
)
from neocloud_mc.views.run.families import families, name
from neocloud_mc.views.run.issuers import noted


def how_many(estimates: Estimates, separated: Separated | None, base_date: str | None) -> Grid:
    """How many issuers default, up to the most that do."""
    joint = estimates.joint
    columns = [joint.at_least] if separated is None else [joint.at_least, separated.joint.at_least]
    apart = () if separated is None else ("without\ncontagion",)
    has_vehicles = any(issuer.parent for issuer in estimates.issuers.values())
    notes = ["Vehicles are not counted."] if has_vehicles else []
    if separated is not None:
        notes.append(
            "without contagion: at least so many on the same draws, first "
            f"{counted(separated.paths, 'path')}, when no failure moves prices or funding."
        )
    return Grid(
        f"How many default by {alone(estimates.months, base_date)}",
        ("issuers", "exactly", "at least", *apart),
        tuple(
            (str(k), percent(exactly), *(percent(c[k]) if k else UNDEFINED for c in columns))
            for k, exactly in joint.exactly.items()
            if not k or joint.at_least[k].value
        ),
        tuple(notes),
    )


def pairs(estimates: Estimates) -> Grid:
    """Who falls with whom, shaded."""
    issuers = families(estimates)
    found = estimates.joint.pairs
    return Grid(
        "If the issuer of the row defaults, how likely the one of the column does too",
        ("given", *(name(issuer, ()) for issuer in issuers)),
        tuple(
            (
                name(row, issuers),
                *(
                    UNDEFINED if column is row else _shaded(found[row.id][column.id].conditional)
                    for column in issuers
                ),
            )
            for row in issuers
        ),
        ("Both within the horizon, in whatever order.",),
    )


def _shaded(conditional: Estimate) -> str:
    share = conditional.value
    cell = percent(conditional)
    return cell if share is None else cell.dressed(lambda text: Shade(text, share))


def portfolio(estimates: Estimates, base_date: str | None) -> Grid:
    """Losses of the whole portfolio, in the first year and by the horizon."""
    whole = estimates.portfolio
    spans: dict[int, LossEstimates] = {min(12, estimates.months): whole.by_month_12}
    spans[estimates.months] = whole
    by = {f"by {alone(month, base_date)}": found for month, found in spans.items()}
    means = ", ".join(f"{usd(found.mean)} {when}" for when, found in by.items())
    return Grid(
        "Portfolio loss",
        ("level", *(f"{name}\n{when}" for when in by for name in ("VaR", "ES"))),
        tuple(
            (
                f"{level}%",
                *(usd(of[level]) for found in by.values() for of in (found.var, found.es)),
            )
            for level in whole.var
        ),
        noted(
            [e for found in by.values() for e in (*found.var.values(), *found.es.values())],
            f"Mean loss {means}, of {in_usd(whole.exposure)} drawn and committed; not discounted. "
            "ES: mean of the losses beyond the level.",
            *_distribution(whole.distribution, estimates.paths),
        ),
    )


def _distribution(found: LossDistribution, paths: int) -> tuple[str, ...]:
    if not found.largest:
        return ()
    lost = f"{found.none / paths:.0%} of the paths lose nothing; the others"
    return (f"{lost}: $0 {spark(found.counts)} {in_usd(found.largest)}",)


def market(estimates: Estimates, base_date: str | None) -> Grid:
    """Prices and values of GPUs."""
    found = estimates.market
    rows: list[tuple[str, Quantiles, str]] = [("price index", found.price_index, "index")]
    for key, gpu in found.gpus.items():
        rows.append((f"{key}, $/GPU-hour", gpu.price, "price"))
        rows.append((f"{key} resale, $", gpu.resale, "resale"))
    return Grid(
        "Market: median (5% to 95%)",
        ("", *(stacked(t, base_date) for t in estimates.horizons)),
        tuple(
            (label, *(median_and_range(*q.values(), name=kind) for q in by.values()))
            for label, by, kind in rows
        ),
        ("price index: of compute, 1 at the base date, before a GPU type's own ageing.",),
    )
