"""A difference between two scenarios as a table: a changed part a row, a measure a column."""

from collections.abc import Iterator

from neocloud_mc.results.measures import short
from neocloud_mc.scenario.variants.mix import Described
from neocloud_mc.studies.shapley import Contribution, ShapleyValues
from neocloud_mc.views.comparison_grids import PAIRED, change, marked
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.grid import Grid
from neocloud_mc.views.render.terminal import printable


def heading(result: ShapleyValues[Described]) -> tuple[str, ...]:
    """Which runs these are, and how the difference was shared out."""
    base, other = result.base, result.other
    return (
        f"From {printable(base.scenario)} to {printable(other.scenario)}, one change at a time",
        f"{base.months} months, {base.paths:,} paths, seed {base.seed}, {result.n_runs} runs",
        PAIRED,
        f"{printable(base.scenario)}: {printable(base.digest)}",
        f"{printable(other.scenario)}: {printable(other.digest)}",
    )


def grids(result: ShapleyValues[Described]) -> Iterator[Grid]:
    """From the base's values, by what each change does, the strongest first, to the other's."""
    names = result.measures
    both = [printable(info.scenario) for info in (result.base, result.other)]
    rows = [(both[0], "", "", *(spoken.value(m, result.before[m]) for m in names))]
    rows += [_row(contribution, names) for contribution in result.ranked()]
    if result.remainder:
        rows.append(("interaction", "", "", *(change(m, result.remainder[m]) for m in names)))
    rows.append(("together", "", "", *(change(m, result.whole[m]) for m in names)))
    rows.append((both[1], "", "", *(spoken.value(m, result.after[m]) for m in names)))
    title, columns = _columns(result)
    yield marked(Grid(title, ("change", *both, *columns), tuple(rows)), _method(result))


def _columns(result: ShapleyValues[Described]) -> tuple[str, list[str]]:
    """Title and headers; default probabilities at the horizon go by their issuers."""
    names, months = result.measures, result.base.months
    if all(name.endswith(f".pd.{months}") for name in names):
        horizon = numbered(months, result.base.base_date)
        title = f"What each change does to the PD by {horizon}, in points"
        return title, [name.split(".")[1] for name in names]
    headers = [short(name) + spoken.unit_of_change(name) for name in names]
    return "What each change does", headers


def _row(contribution: Contribution[Described], names: tuple[str, ...]) -> tuple[str, ...]:
    cells = (change(name, contribution.changes[name]) for name in names)
    return (*map(printable, contribution.part), *cells)


def _method(result: ShapleyValues[Described]) -> str:
    if result.is_exact:
        return (
            "Shapley values: the mean of what a change adds over all orders of making them; they "
            "add up to the whole."
        )
    return (
        "The mean of what a change does to the base alone, and of what the other scenario loses "
        "without it; interaction is what such means leave unexplained."
    )
