"""Which run a result is of: the lines that stand above its tables."""

from neocloud_mc.results.run import RunInfo
from neocloud_mc.views.render.text import printable


def of_run(info: RunInfo) -> tuple[str, ...]:
    """The scenario's name, then what reproduces the run, then what ± means."""
    date = f"base date {printable(info.base_date)}, " if info.base_date else ""
    return (
        printable(info.scenario),
        f"{date}{info.months} months, {info.paths:,} paths, seed {info.seed}{measure(info)}",
        printable(info.digest),
        (
            "± is half a 95% interval for sampling error alone: the scenario's figures and the "
            "model are taken as they are."
        ),
    )


def measure(info: RunInfo) -> str:
    """What is said of probabilities that are not those of the real world; else nothing."""
    return "" if info.measure == "real-world" else f", {info.measure} probabilities"
