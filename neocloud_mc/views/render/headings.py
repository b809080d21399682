"""Which run a result is of: the lines that stand above its tables."""

from typing import Final

from neocloud_mc.notation import counted
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.ledger.ledger import Ledger
from neocloud_mc.views.render.calendar_months import short
from neocloud_mc.views.render.numbers import PLUS_MINUS
from neocloud_mc.views.render.text import printable

WHAT_IS_SAMPLED: Final = (
    f"{PLUS_MINUS}: the scenario's figures and the model are taken as they are."
)


def of_run(info: RunInfo) -> tuple[str, ...]:
    """The scenario's name, then what reproduces the run, then what ± means."""
    date = f"base date {printable(info.base_date)}, " if info.base_date else ""
    return (
        printable(info.scenario),
        f"{date}{effort(info)}{measure(info)}",
        printable(info.digest),
        WHAT_IS_SAMPLED,
    )


def effort(info: RunInfo, cut: str = "") -> str:
    """How far it goes, what is said of that, and what was simulated."""
    return f"{horizon(info)}{cut}, {counted(info.paths, 'path')}, seed {info.seed}"


def horizon(info: RunInfo) -> str:
    """How far it goes: ``60 months to Jun 2030``."""
    last = f" to {short(info.months, info.base_date)}" if info.base_date else ""
    return f"{counted(info.months, 'month')}{last}"


def measure(info: RunInfo | Ledger) -> str:
    """What is said of probabilities that are not those of the real world; else nothing."""
    return "" if info.measure == "real-world" else f", {info.measure} probabilities"
