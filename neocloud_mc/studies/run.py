"""One scenario: its paths simulated, and turned into numbers and verdicts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from neocloud_mc.engine import checkpoint
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.checkpoint import Keep
from neocloud_mc.engine.run import digest
from neocloud_mc.mechanisms.market import Contagion
from neocloud_mc.results import gates
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.run import RunInfo, Separated
from neocloud_mc.results.shards.part import Part
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import manifest, timing
from neocloud_mc.studies.run_result import RunResult

_PATHS_APART: Final = 100_000
"""Enough for a standard error of 0.16%, at a tenth of the main run's time."""
_APART: Final = "apart"
"""Sets what is kept of those paths beside the main run's."""

Kept = Callable[[Part, str], AbstractContextManager[tuple[Part, Keep | None]]]
"""Holds a part while the block runs: gives what was simulated of it before, and what keeps more.

The text sets runs of the same scenario apart; empty for the main one.
"""


@contextmanager
def nowhere(part: Part, kind: str) -> Iterator[tuple[Part, None]]:
    """Keep nothing."""
    yield part, None


def simulate(
    loaded: Loaded,
    effort: Effort,
    conditions: Sequence[gates.Gate] = (),
    kept: Kept = nowhere,
    command: Sequence[str] = (),
) -> RunResult:
    """Run one scenario and turn its tally into numbers and verdicts.

    Parameters
    ----------
    command : what makes the run, word by word, where a command line does.
    """
    part = checkpoint.blank(loaded.scenario, paths=effort.paths, seed=effort.seed)
    part = replace(part, command=command, manifest=manifest(loaded, datetime.now(UTC)))
    done = complete(part, loaded.scenario, effort, kept)
    return conclude(done, loaded.scenario, effort, conditions, kept)


def complete(part: Part, scenario: Scenario, effort: Effort, kept: Kept = nowhere) -> Part:
    """Simulate what a part lacks of its share."""
    with kept(part, "") as (begun, keep):
        if begun.missing:
            effort.prepare()
        with effort.watch.simulating(scenario.name, len(part.share)) as told:
            return checkpoint.complete(
                begun, scenario, workers=effort.workers, progress=told, keep=keep
            )


def conclude(
    part: Part,
    scenario: Scenario,
    effort: Effort,
    conditions: Sequence[gates.Gate] = (),
    kept: Kept = nowhere,
) -> RunResult:
    """Turn a complete run into numbers and verdicts.

    Parameters
    ----------
    effort : by whom further paths are simulated; how many are the part's.
    """
    book, key = open_book(scenario), part.key
    estimates = estimate(book, part.tally)
    info = RunInfo(
        version=key.version,
        scenario=key.scenario,
        digest=digest(scenario, paths=part.paths, seed=key.seed),
        base_date=book.base_date,
        paths=part.paths,
        seed=key.seed,
        months=key.months,
        manifest=part.manifest,
        timing=timing(part.paths, part.seconds),
        measure=book.measure,
    )
    verdicts = tuple(gates.judge(condition, estimates) for condition in conditions)
    return RunResult(info, estimates, verdicts, _separate(part, scenario, effort, kept))


def _separate(part: Part, scenario: Scenario, effort: Effort, kept: Kept) -> Separated | None:
    """How many issuers would fall if no failure reached another one, on fewer paths."""
    contagion = scenario.market.contagion
    if len(scenario.issuers) < 2 or contagion == Contagion():
        return None
    market = scenario.market.model_copy(update={"contagion": Contagion()})
    alone = scenario.model_copy(update={"market": market})
    fewer = min(part.paths, _PATHS_APART)
    blank = checkpoint.blank(alone, paths=fewer, seed=part.key.seed)
    with kept(blank, _APART) as (begun, keep):
        if begun.missing:
            effort.prepare()
        tally = checkpoint.complete(begun, alone, workers=effort.workers, keep=keep).tally
    return Separated(fewer, estimate(open_book(alone), tally).joint)
