"""Importance sampling as tables: the rare event's numbers, and how they were come by."""

from collections.abc import Iterator
from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.studies.importance_sampling.estimates import PROBABILITY, RareEventResult
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.grid import Grid
from neocloud_mc.views.render.numbers import in_usd, percent
from neocloud_mc.views.result_grids import identity

_HARDLY: Final = 1.25
"""Factors between its inverse and this are not told."""


def heading(result: RareEventResult) -> tuple[str, ...]:
    """Which scenario, and which event."""
    name, *lines = identity(result.info)
    return (name, *lines, f"rare event: {event(result)}")


def event(result: RareEventResult) -> str:
    """The event in words."""
    name = short(result.estimates.event.path)
    if result.beyond is None:
        return name
    if name.startswith("portfolio."):
        return f"the portfolio loses more than {in_usd(result.beyond)}"
    return f"{name.removesuffix('.loss')} loses more than {in_usd(result.beyond)}"


def grids(result: RareEventResult) -> Iterator[Grid]:
    """Every number that importance sampling gives."""
    found = result.estimates
    yield Grid(
        "From importance sampling",
        ("measure", "value"),
        tuple((_name(name), _value(name, e)) for name, e in found.measures.items()),
        (
            "Effective sample size of the paths with the event: "
            f"{found.effective_sample_size:,.0f}; the heaviest carries {found.largest_share:.2%}.",
            "Variance-reduction factor of the event's probability against crude Monte Carlo: "
            f"{found.variance_reduction:,.1f}.",
            f"Tilt of the market: {_tilt(result)}.",
        ),
    )


def _tilt(result: RareEventResult) -> str:
    """How far the market was tilted, in words."""
    shifts = [f"{name} {shift:+.2f} sd a month" for name, shift in result.shifts.items()]
    factors = [
        f"{name} ×{factor:.2g}"
        for name, factor in result.factors.items()
        if not 1.0 / _HARDLY < factor < _HARDLY
    ]
    return ", ".join([*shifts, *factors])


def _value(name: str, estimate: Estimate) -> str:
    return percent(estimate) if name == PROBABILITY else spoken.value(name, estimate)


def _name(path: str) -> str:
    return "probability of the event" if path == PROBABILITY else short(path)
