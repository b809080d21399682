"""What has changed since an earlier result, in words and number by number."""

from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.measures import Measure
from neocloud_mc.studies.earlier import ChangeSince, Earlier, since as changes
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report.chart import names
from neocloud_mc.views.report.tables import Cell, Table, is_open, marked


def words(name: str, result: RunResult, earlier: Earlier) -> str:
    """How much of it is more than chance, and the largest change of a PD that is."""
    every = list(changes(result, earlier))
    certain = [found for found in every if not is_open(found.change)]
    text = (
        f"{printable(name)}: {len(certain)} of {counted(len(every), 'number')} changed by more "
        "than sampling error explains"
    )
    pds = [found for found in certain if found.now.name == "pd"]
    if pds:
        most = max(pds, key=lambda found: abs(found.change.value or 0.0))
        label = names(result.estimates.issuers.values())[most.now.issuer]
        change = spoken.change(most.now.path, most.change)
        text += f"; of the PDs, that of {label} most, by {change} points"
    return f"{text}."


def table(name: str, result: RunResult, earlier: Earlier) -> Table:
    """Every number that both results have."""
    label = names(result.estimates.issuers.values())
    is_same = result.info.digest == earlier.digest
    date = f", base date {printable(earlier.base_date)}" if earlier.base_date else ""
    return Table(
        f"{printable(name)} now, and in {printable(earlier.file)}",
        ("measure", "of", "then", "now", "change"),
        [
            (
                Cell(_SPOKEN.get(found.now.name, found.now.name) + _by(found.now)),
                Cell(_whose(found.now, label[found.now.issuer]), is_text=True),
                Cell(spoken.value(found.now.path, found.before), found.before.value),
                Cell(spoken.value(found.now.path, found.now.estimate), found.now.estimate.value),
                _change(found),
            )
            for found in changes(result, earlier)
        ],
        (
            f"Then: {printable(earlier.scenario)}{date}, {counted(earlier.paths, 'path')}, "
            f"{printable(earlier.digest)}.",
            "The digests are equal: the same run."
            if is_same
            else "Changes take both results as independent; ~: the interval of a change "
            "contains 0. Shares change by points, spreads by basis points.",
        ),
        is_sortable=True,
    )


_SPOKEN: Final = {
    "pd": "PD",
    "lgd": "LGD",
    "expected_loss": "expected loss",
    "fair_spread": "fair spread, bp",
}


def _by(measure: Measure) -> str:
    return f" by month {measure.level}" if measure.level else ""


def _whose(measure: Measure, label: str) -> str:
    return f"{label}, {printable(measure.tranche)}" if measure.tranche else label


def _change(found: ChangeSince) -> Cell:
    return marked(spoken.change(found.now.path, found.change), found.change)
