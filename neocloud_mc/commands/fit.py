"""What series of prices tell of the market block, with standard errors, priors and ranges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neocloud_mc.commands.shared import formats, options, output, pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neocloud_mc.studies.fit.run import Fitted

_TABLE: Final = ".csv"
_THEME: Final = "light"
"""Of a picture."""


def fit(
    prices: Annotated[
        str,
        typer.Argument(
            metavar="PRICES",
            show_default=False,
            help="Quotes in long form, a CSV file of date,gpu,provider,kind,price ($/GPU-hour).",
        ),
    ],
    resale: Annotated[
        str | None,
        typer.Option(
            "--resale",
            metavar="FILE",
            show_default=False,
            help="Quotes of used GPUs in the same form ($ a GPU).",
        ),
    ] = None,
    scenario: Annotated[
        str,
        typer.Option(
            "--scenario",
            metavar="SCENARIO",
            help="Whose assumptions stand beside; it keeps what the quotes do not tell.",
        ),
    ] = "@neoclouds",
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior",
            metavar="drift=MEAN±SD",
            show_default=False,
            help="What was held of the index's drift before, in logs a year: drift=-0.2±0.15 "
            "(or +-).",
        ),
    ] = None,
    index: Annotated[
        list[Path] | None,
        typer.Option(
            "--index",
            metavar="FILE",
            parser=options.place,
            show_default=False,
            help="Write the smoothed index by month, as numbers (.csv) or as a picture (.svg, "
            ".png, .pdf; the extra report). Repeatable.",
        ),
    ] = None,
    output_format: options.OutputFormat = None,
    destination: Annotated[
        Path | None,
        options.written(
            "Write an overlay with the figures and their ranges to this YAML file, for --with; "
            "the tables go to standard output.",
            options.place,
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Fit the market block to quoted prices: level, drift, volatility and ageing by type.

    Reversion, regimes and launches are not estimated, for no series of this length tells them: they
    stay as the scenario assumes. The drift is ill known, so state what you held of it before. See
    docs calibration.

    Needs pip install 'neocloud-mc[fit]'.

    Example: neocloud-mc fit @example/quotes --prior drift=-0.2±0.15
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies.fit import run as studies
    from neocloud_mc.studies.fit.overlay import overlay
    from neocloud_mc.views import scenario_yaml
    from neocloud_mc.views.fit import document

    _check(destination, index or ())
    form = formats.chosen(output_format, None, options.Format)
    held = studies.prior(prior or ())
    (loaded,) = simulation.load_all([scenario], options.Changes())
    output.warn(loaded.warnings, is_quiet=quiet)
    used = None if resale is None else studies.opened(resale)
    result = studies.fitted(loaded, studies.opened(prices), used, held)
    output.warn(studies.doubts(result), is_quiet=quiet)
    if destination is not None:
        output.write(scenario_yaml.render(overlay(result)), destination)
    for file in index or ():
        _write_index(result, file)
    output.publish(document(result), form, None)


def _check(overlay: Path | None, indices: Sequence[Path]) -> None:
    """Make sure, before anything is fitted, that the files can be written.

    Raises
    ------
    UsageError : one is not named for what it is to hold, or a library is not installed.
    RunError : nothing can be written there, or memory is lacking for a picture.
    """
    from neocloud_mc.views.report.picture import SUFFIXES

    formats.require_overlay(overlay)
    for file in indices:
        formats.require_suffix(file, (_TABLE, *SUFFIXES), "an index is CSV or a picture")
        output.require(file)
    if any(file.suffix.lower() in SUFFIXES for file in indices):
        pictures.require()


def _write_index(result: Fitted, file: Path) -> None:
    """As numbers or as a picture, as its name says."""
    from neocloud_mc.views.fit import index_csv
    from neocloud_mc.views.report import smoothed_index
    from neocloud_mc.views.report.picture import SUFFIXES, picture

    suffix = file.suffix.lower()
    if suffix in SUFFIXES:
        output.write(picture([smoothed_index.chart(result)], suffix, _THEME), file)
    else:
        output.write(index_csv(result), file)
