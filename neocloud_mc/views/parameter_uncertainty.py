"""Default probabilities over the inputs: as a table, as JSON and as rows."""

from collections.abc import Iterator

from neocloud_mc.notation import counted
from neocloud_mc.results.figures import Estimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.measures import Place
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.parameter_uncertainty.quantiles import UncertainPd, Uncertainty
from neocloud_mc.views.render import tidy
from neocloud_mc.views.render.document import Row
from neocloud_mc.views.render.grid import Grid
from neocloud_mc.views.render.json_parts import Json, estimates_of
from neocloud_mc.views.render.numbers import Number, percent
from neocloud_mc.views.render.text import printable


def grid(estimates: Estimates, found: Uncertainty, horizon: str) -> Grid:
    """A row for each issuer, at the horizon, which is spoken of as given."""
    month = estimates.months
    return Grid(
        f"PD by {horizon}: what paths leave open, and what the inputs leave open",
        (
            *("issuer", "PD ±\nsampling", "median over\ninputs", "90% of\ninputs"),
            "deviation over\ninputs",
        ),
        tuple((printable(key), *_row(found.pd[key][month])) for key in estimates.issuers),
        (
            "PD ± sampling: at the scenario's own values. The other columns: the assumptions drawn "
            "anew, sampling noise taken out; ± is for the draws and for their paths.",
            _drawn(found),
        ),
    )


def _row(one: UncertainPd) -> tuple[str, ...]:
    return (
        percent(one.own),
        percent(one.median),
        Number(*percent(one.low).bare().parts, " to ", *percent(one.high).bare().parts),
        percent(one.deviation),
    )


def _drawn(found: Uncertainty) -> str:
    again = f", {found.n_redrawn} made again as no valid scenario" if found.n_redrawn else ""
    return (
        f"{counted(found.n_drivers, 'assumption')} with a range "
        f"({counted(found.n_figures, 'figure')}; "
        f"{counted(found.n_fixed, 'other stays', 'others stay')}), "
        f"{counted(found.draws, 'draw')} of {counted(found.paths, 'path')}{again}; "
        "each independent, "
        "triangular between its ends with the file's value the most likely."
    )


def to_json(found: Uncertainty) -> Json:
    """By issuer and month."""
    return {
        "draws": found.draws,
        "paths_per_draw": found.paths,
        "distribution": "triangular",
        "assumptions": found.n_drivers,
        "figures": found.n_figures,
        "fixed_figures": found.n_fixed,
        "redrawn": found.n_redrawn,
        "issuers": {
            key: {"pd": {str(month): estimates_of(_estimates(one)) for month, one in by.items()}}
            for key, by in found.pd.items()
        },
    }


def _estimates(one: UncertainPd) -> dict[str, Estimate]:
    return {
        "own": one.own,
        "median": one.median,
        "p05": one.low,
        "p95": one.high,
        "deviation": one.deviation,
    }


def rows(info: RunInfo, found: Uncertainty) -> Iterator[Row]:
    """A row for each issuer, month and number."""
    for issuer, months in found.pd.items():
        for month, one in months.items():
            for name, estimate in _estimates(one).items():
                place = Place(issuer, "", f"parameter_uncertainty.pd.{name}", month)
                yield tidy.row(info, place, estimate, "share of 1")
