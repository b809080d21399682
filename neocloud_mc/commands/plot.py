"""One picture for a paper or a slide, as SVG, PNG or PDF."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from neocloud_mc.commands.shared import completion, options, output, pictures
from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.studies.defaults import PATHS, SEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from neocloud_mc.scenario.load import Loaded
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.report.chart import Chart


class What(StrEnum):
    """What a picture can be of."""

    PD = "pd"
    CAUSES = "causes"
    WHEN = "when"
    PRICE = "price"
    RESALE = "resale"
    CASH = "cash"
    DEBT = "debt"
    DSCR = "dscr"
    LTV = "ltv"
    LIQUIDITY = "liquidity"
    GROUPS = "groups"
    LOSS = "loss"
    JOINT = "joint"
    TORNADO = "tornado"
    STRESS = "stress"


class Theme(StrEnum):
    """Colours of a picture."""

    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"


_OF_RUN: Final = (What.PD, What.CAUSES, What.WHEN, What.LOSS, What.JOINT)
_OF_ISSUERS: Final = (
    *(What.WHEN, What.CASH, What.DEBT, What.DSCR, What.LTV, What.LIQUIDITY, What.TORNADO),
)
_MONTH_BY_MONTH: Final = (
    *(What.PRICE, What.RESALE, What.CASH, What.DEBT, What.DSCR, What.LTV, What.LIQUIDITY),
    What.GROUPS,
)
_TAKEN_BY: Final = {
    "--issuer": _OF_ISSUERS,
    "--stress": (What.STRESS,),
    "--fan-paths": _MONTH_BY_MONTH,
}
"""The pictures for which an option says something."""


def plot(
    context: typer.Context,
    scenario: options.Scenario,
    what: Annotated[
        What,
        typer.Option(
            "--what", metavar="WHAT", show_default=False, help=f"One of {', '.join(What)}."
        ),
    ],
    issuer: Annotated[
        list[str] | None,
        typer.Option(
            "--issuer",
            metavar="ID",
            autocompletion=completion.issuers,
            show_default=False,
            help=f"Whose picture, of {', '.join(_OF_ISSUERS)}; default: a panel for each issuer. "
            "Repeatable.",
        ),
    ] = None,
    theme: Annotated[
        Theme,
        typer.Option("--theme", metavar="THEME", help=f"Colours: {', '.join(Theme)}."),
    ] = Theme.LIGHT,
    stress: pictures.Stresses = None,
    fan_paths: pictures.FanPaths = pictures.FAN,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    destination: pictures.Picture = None,
    quiet: options.Quiet = False,
) -> None:
    """Draw one of the pictures of the report; only what it shows is simulated.

    Needs pip install 'neocloud-mc[report]'.

    Example: neocloud-mc plot @neoclouds --what pd -o pd.svg
    """
    from neocloud_mc.commands.shared import simulation
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.views.render.progress import TerminalWatch
    from neocloud_mc.views.report.picture import SUFFIXES, picture

    _check(context, what)
    pictures.require()
    if destination is None or destination.suffix.lower() not in SUFFIXES:
        raise UsageError(f"plot needs --output: a file that ends in {', '.join(SUFFIXES)}")
    output.require(destination)
    changed = options.changes(overlays, settings, horizon)
    (loaded,) = simulation.load_all([scenario], changed)
    chosen = _chosen(issuer, list(loaded.scenario.issuers))
    if not chosen and what not in (What.PRICE, What.RESALE):
        raise UsageError(f"--what {what}: the scenario has no issuers")
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    effort.watch.warn(loaded.warnings)
    if what is What.STRESS:
        under = pictures.stresses(scenario, stress, changed, is_quiet=quiet)
        charts = _stresses(loaded, under, effort)
    elif what is What.TORNADO:
        charts = list(_tornados(loaded, effort, chosen))
    else:
        charts = list(_pictures(what, loaded, effort, min(fan_paths, paths), chosen))
    if not charts:
        raise RunError(f"--what {what}: there is nothing to draw: no issuer has any")
    output.write(picture(charts, destination.suffix.lower(), theme), destination)


def _check(context: typer.Context, what: What) -> None:
    """Refuse what says nothing for the picture that is wanted.

    Raises
    ------
    UsageError : an option of other pictures.
    """
    for option, taking in _TAKEN_BY.items():
        name = option.removeprefix("--").replace("-", "_")
        if options.is_given(context, name) and what not in taking:
            raise UsageError(f"{option} goes with --what {' or '.join(taking)}, not with {what}")


def _chosen(given: list[str] | None, ids: Sequence[str]) -> list[str]:
    """The issuers whose pictures are wanted, in file order.

    Raises
    ------
    UsageError : one that there is not.
    """
    from neocloud_mc.scenario.checks.wording import suggestion

    for one in given or ():
        if one not in ids:
            raise UsageError(f"--issuer {one}: no such issuer{suggestion(one, ids)}")
    return [one for one in ids if not given or one in given]


def _stresses(loaded: Loaded, under: Sequence[Loaded], effort: Effort) -> list[Chart]:
    from neocloud_mc.studies.report import stressed
    from neocloud_mc.views.report import stresses

    found = stressed(loaded, under, effort)
    return [stresses.chart(found)] if found else []


def _tornados(loaded: Loaded, effort: Effort, chosen: Sequence[str]) -> Iterator[Chart]:
    from neocloud_mc.engine.bookkeeping import open_book
    from neocloud_mc.studies.report import moved
    from neocloud_mc.views.report import tornado
    from neocloud_mc.views.report.chart import names

    label = names(open_book(loaded.scenario).issuers)
    months = loaded.scenario.horizon_months
    found = moved(loaded, effort, [f"{issuer}.pd.{months}" for issuer in chosen])
    for issuer in chosen:
        if chart := tornado.chart(found, f"issuers.{issuer}.pd.{months}", label[issuer]):
            yield chart


def _pictures(
    what: What, loaded: Loaded, effort: Effort, fan_paths: int, chosen: Sequence[str]
) -> Iterator[Chart]:
    """Charts of a run, or of its first paths month by month."""
    if what in _OF_RUN:
        yield from _of_run(what, loaded, effort, chosen)
        return

    from neocloud_mc.engine.bookkeeping import open_book
    from neocloud_mc.studies.trajectories import trajectories
    from neocloud_mc.views.report import fans, groups
    from neocloud_mc.views.report.chart import names

    book = open_book(loaded.scenario)
    found = trajectories(loaded.scenario, fan_paths, effort)
    label = names(book.issuers)
    if what is What.GROUPS:
        if chart := groups.chart(found.flows, label):
            yield chart
        return
    for fan in found.fans:
        if fan.quantity == what and (not fan.issuer or fan.issuer in chosen):
            chart = fans.chart(fan, book.months, book.base_date)
            if chart is not None:
                yield chart.of(label.get(fan.issuer, ""))


def _of_run(what: What, loaded: Loaded, effort: Effort, chosen: Sequence[str]) -> Iterator[Chart]:
    from neocloud_mc.studies import report as studies
    from neocloud_mc.views.report import causes, joint, losses, term_structure
    from neocloud_mc.views.report.chart import names

    simulated = studies.simulate(loaded, effort)
    result = simulated.result
    if what is What.PD:
        yield term_structure.chart(result)
    elif what is What.CAUSES:
        yield causes.chart(result)
    elif what is What.LOSS:
        yield losses.chart(simulated)
    elif what is What.JOINT:
        if chart := joint.chart(result.estimates):
            yield chart
    else:
        label = names(result.estimates.issuers.values())
        for issuer in chosen:
            yield causes.over_time(simulated, issuer).of(label[issuer])
