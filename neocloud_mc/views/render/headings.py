"""Which run a result is of: the lines that stand above its tables."""

from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.views.render.calendar_months import short
from neocloud_mc.views.render.text import printable


def of_run(info: RunInfo) -> tuple[str, ...]:
    """The scenario's name, then what reproduces the run, then what ± means."""
    date = f"base date {printable(info.base_date)}, " if info.base_date else ""
    return (
        printable(info.scenario),
        f"{date}{horizon(info)}, {info.paths:,} paths, seed {info.seed}{measure(info)}",
        printable(info.digest),
        (
            "± is half a 95% interval for sampling error alone: the scenario's figures and the "
            "model are taken as they are."
        ),
    )


def horizon(info: RunInfo) -> str:
    """How far it goes: ``60 months to Jun 2030``."""
    last = f" to {short(info.months, info.base_date)}" if info.base_date else ""
    return f"{info.months} month{'s' * (info.months > 1)}{last}"


def measure(info: RunInfo | Ledger) -> str:
    """What is said of probabilities that are not those of the real world; else nothing."""
    return "" if info.measure == "real-world" else f", {info.measure} probabilities"
