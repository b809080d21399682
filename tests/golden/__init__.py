"""Whole results that were looked at once and are kept: a folder a case.

`python -m tests.golden` writes the expected results anew from this program.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import simulate
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.load import load
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.run.structure import structure

FOLDER: Final = Path(__file__).parent
PATHS: Final = 5_000
SEED: Final = 20_250_630


def cases() -> Iterator[Path]:
    """The folder of each case."""
    yield from sorted(path.parent for path in FOLDER.glob("*/scenario.yaml"))


def result(case: Path) -> Any:
    """What this program makes of the case, without what names the program or the machine."""
    scenario = load(case / "scenario.yaml").scenario
    book = open_book(scenario)
    estimates = estimate(book, simulate(scenario, paths=PATHS, seed=SEED))
    info = RunInfo("", case.name, "", book.base_date, PATHS, SEED, book.months)
    return json.loads(json.dumps(structure(RunResult(info, estimates))))
