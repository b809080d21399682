"""A clock that stands still, jumps or is set back spoils no run."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from typing import Final

import pytest

from neocloud_mc.cli import main
from neocloud_mc.studies import effort, identity, run

EVERY: Final = "tests/golden/every_mechanism/scenario.yaml"
CLOCKS: Final = {
    "backwards": lambda tick: 1e6 - 3600.0 * tick,
    "still": lambda tick: 1e6,
    "leaping": lambda tick: 1e6 + 1e9 * (tick % 2),
}


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("quiet", [["-q"], []], ids=["quiet", "told"])
def test_a_run_needs_no_clock(
    clock: Callable[[int], float],
    quiet: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ticks = count()

    class Wall(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Wall":
            return cls(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=clock(next(ticks)) - 1e6)

    for name in ("monotonic", "perf_counter", "time"):
        monkeypatch.setattr(time, name, lambda: clock(next(ticks)))
    for room in (effort, identity, run):
        monkeypatch.setattr(room, "datetime", Wall)
    code = main(["run", EVERY, "--paths", "9000", "--threads", "1", "--format", "json", *quiet])
    monkeypatch.undo()
    told = capsys.readouterr()
    assert code == 0
    timing = json.loads(told.out)["timing"]
    assert timing["seconds"] > 0.0 and timing["paths_per_second"] >= 0.0
    assert "-" not in told.err.replace("every_mechanism", "")
