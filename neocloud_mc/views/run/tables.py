"""A run's result as tables that a credit committee reads without help."""

from collections.abc import Iterator

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import default_drivers, parameter_uncertainty, target_error
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.calendar_months import alone
from neocloud_mc.views.render.grid import Alarm, Block, Grid
from neocloud_mc.views.render.numbers import bare, bounds
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.run import closing, issuers, together
from neocloud_mc.views.run.tranches import tranches


def blocks(result: RunResult, *, is_full: bool) -> Iterator[Block]:
    """The tables of one run under its heading, and what they come to.

    Parameters
    ----------
    is_full : every tranche and column, the joint matrix and the market too.
    """
    yield Block(_heading(result), _grids(result, is_full=is_full))
    yield closing.closing(result)


def _heading(result: RunResult) -> tuple[str, ...]:
    """Which run this is: the scenario's name, then what reproduces it, then what ± means."""
    own = target_error.heading(result.target_error) if result.target_error else ()
    return (*headings.of_run(result.info), *own)


def _grids(result: RunResult, *, is_full: bool) -> Iterator[Grid]:
    """The tables of one run, those without rows left out."""
    estimates, base_date = result.estimates, result.info.base_date
    if estimates.issuers:
        yield from issuers.grids(estimates, base_date, is_full=is_full)
        if result.uncertainty:
            horizon = alone(estimates.months, base_date)
            yield parameter_uncertainty.grid(estimates, result.uncertainty, horizon)
        if result.drivers:
            yield from default_drivers.grids(result.drivers, is_full=is_full)
        if any(issuer.tranches for issuer in estimates.issuers.values()):
            yield tranches(estimates, base_date, is_full=is_full)
        if len(estimates.issuers) > 1:
            yield together.how_many(estimates, result.separated, base_date)
            if is_full:
                yield together.pairs(estimates)
        yield together.portfolio(estimates, base_date)
    if is_full or not estimates.issuers:
        yield together.market(estimates, base_date)
    if result.gates:
        yield _gates(result)


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
