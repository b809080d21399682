"""A rare event's numbers from importance sampling, and how they were come by.

JSON is ``neocloud-mc/tail/1``.
"""

from typing import Final

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import short
from neocloud_mc.studies.importance_sampling.estimates import PROBABILITY, RareEventResult
from neocloud_mc.views.render import headings, spoken, tidy
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.grid import Block, Grid
from neocloud_mc.views.render.json_parts import Json, estimates_of, identity, provenance
from neocloud_mc.views.render.numbers import in_usd, percent

SCHEMA: Final = "neocloud-mc/tail/1"
_HARDLY: Final = 1.25
"""Factors between its inverse and this are not told."""


def document(result: RareEventResult) -> Document:
    """Every number that importance sampling gives."""
    heading = (*headings.of_run(result.info), f"rare event: {_event(result)}")
    found = result.estimates.measures
    return Document(
        json=lambda: _json(result),
        blocks=lambda width: [Block(heading, [_table(result)])],
        columns=tidy.COLUMNS,
        rows=lambda: (tidy.of_measure(result.info, name, e) for name, e in found.items()),
    )


def _json(result: RareEventResult) -> Json:
    found = result.estimates
    return {
        **identity(SCHEMA, result.info),
        "event": found.event.path,
        "beyond": result.beyond,
        "measures": estimates_of(found.measures),
        "effective_paths": found.effective_sample_size,
        "largest_share": found.largest_share,
        "worth": found.variance_reduction,
        "shifts": result.shifts,
        "factors": result.factors,
        **provenance(result.info),
    }


def _event(result: RareEventResult) -> str:
    """The event in words."""
    name = short(result.estimates.event.path)
    if result.beyond is None:
        return name
    if name.startswith("portfolio."):
        return f"the portfolio loses more than {in_usd(result.beyond)}"
    return f"{name.removesuffix('.loss')} loses more than {in_usd(result.beyond)}"


def _table(result: RareEventResult) -> Grid:
    found = result.estimates
    return Grid(
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
    return _probability(estimate) if name == PROBABILITY else spoken.value(name, estimate)


def _probability(estimate: Estimate) -> str:
    """With three digits, however small: to know it is what the paths were spent on."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return str(percent(estimate))
    value, low, high = (f"{100 * p:.3g}%" for p in (estimate.value, estimate.low, estimate.high))
    return f"{value} (95% interval {low} to {high})"


def _name(path: str) -> str:
    return "probability of the event" if path == PROBABILITY else short(path) + spoken.unit(path)
