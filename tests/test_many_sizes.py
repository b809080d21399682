"""A batch of 500 scenarios of every size: one process, one compilation, no memory lost."""

import csv
import json
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pytest

from neocloud_mc import jit
from neocloud_mc.engine.checkpoint import blank
from neocloud_mc.engine.run import CHUNK_PATHS, simulate
from neocloud_mc.errors import UsageError
from neocloud_mc.results.shards import unite
from neocloud_mc.results.shards.ranges import Ranges, shared
from neocloud_mc.scenario.load import load
from tests.worlds import Tree, tree

N_SCENARIOS: Final = 500
PATHS: Final = "64"
BYTES_PER_RESULT: Final = 750_000
"""Twice what a result takes until the file is written whole at the end; nothing else may grow."""
NOTING: Final = """
import sys
from pathlib import Path
from neocloud_mc.cli import main
from neocloud_mc.commands.shared import simulation

def noted(*given, **named):
    pages = Path("/proc/self/statm").read_text().split()[1]
    print(pages, file=log, flush=True)
    return usual(*given, **named)

log = open(sys.argv[1], "w")
usual, simulation.simulate = simulation.simulate, noted
sys.exit(main(sys.argv[2:]))
"""
"""The program, noting its resident memory, in pages, before every scenario."""


@dataclass(frozen=True)
class Size:
    """How large a scenario is; contracts and tranches are those of each issuer."""

    months: int
    issuers: int
    contracts: int
    tranches: int


LARGEST: Final = (Size(240, 50, 4, 4), Size(240, 1, 200, 50), Size(12, 1, 0, 1))
"""The corners that chance would not draw; all of them at once would take minutes to read."""


def sizes(random: Random, n: int) -> list[Size]:
    """Corners first, then mostly small ones, as in practice: powers of uniform numbers."""

    def upto(most: int, power: int) -> int:
        return round(most * random.random() ** power)

    drawn = (
        Size(12 + upto(228, 3), 1 + upto(49, 8), upto(200, 8), 1 + upto(49, 8))
        for _ in range(n - len(LARGEST))
    )
    return [*LARGEST, *drawn]


def scenario(number: int, size: Size, random: Random) -> Tree:
    """A scenario of that size, a quarter of its figures drawn at random."""
    drift, sigma = -0.4 * random.random(), 0.2 + 0.5 * random.random()
    market = {
        "price": {
            "drift": {"shortage": 0.0, "glut": drift},
            "volatility": {"shortage": sigma, "glut": sigma},
        },
        "regime": {
            "mean_years": {"shortage": 1.0 + random.random(), "glut": 1.5},
            "utilization": {"shortage": 0.9, "glut": 0.6},
        },
        "contagion": {"price_impact": random.random()},
    }
    return tree(
        {
            "name": f"s{number}",
            "horizon_months": size.months,
            "market": market,
            "customers": {"tenant": {"default_intensity": 0.1}},
            "issuers": {f"i{place}": issuer(size, random) for place in range(size.issuers)},
        }
    )


def issuer(size: Size, random: Random) -> Tree:
    gpus = 1000.0 + round(9000.0 * random.random())
    debt = gpus * 2e4 * (0.3 + 0.6 * random.random())
    return {
        "cash": debt / 20.0,
        "fleet": {"lot": {"gpu": "h100", "count": gpus, "pool": "all"}},
        "contracts": {
            f"c{place}": {
                "customer": "tenant",
                "gpu": "h100",
                "count": gpus / (size.contracts + 1.0),
                "price": 1.5 + random.random(),
                "end_month": random.randint(1, size.months),
            }
            for place in range(size.contracts)
        },
        "tranches": {
            f"t{place}": {
                "principal": debt / size.tranches,
                "coupon": 0.05 + 0.1 * random.random(),
                "maturity": random.randint(1, size.months),
                "amortization": random.choice(("bullet", "linear", "annuity")),
                "rank": 1 + place % 3,
                "pool": "all",
            }
            for place in range(size.tranches)
        },
    }


def kernels() -> list[Path]:
    return sorted(path for path in jit.cache_folder().rglob("*") if path.is_file())


def write(folder: Path) -> tuple[list[str], list[Size]]:
    random = Random(1)
    wanted, files = sizes(random, N_SCENARIOS), []
    for number, size in enumerate(wanted):
        files.append(str(folder / f"s{number}.yaml"))
        text = json.dumps(scenario(number, size, random)).replace("Infinity", ".inf")
        Path(files[-1]).write_text(text)
    return files, wanted


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory from /proc")
def test_500_scenarios_of_every_size_need_one_compilation_and_lose_no_memory(
    tmp_path: Path,
) -> None:
    simulate(load("tests/golden/one_bullet/scenario.yaml").scenario, paths=1, seed=1)
    before = kernels()
    files, wanted = write(tmp_path)
    log, out = tmp_path / "memory", tmp_path / "all.csv"
    program = [sys.executable, "-c", NOTING, str(log), "run", *files, "--paths", PATHS, "-q"]
    done = subprocess.run(
        [*program, "--format", "csv", "-o", str(out)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert before and kernels() == before
    resident = [int(line) for line in log.read_text().splitlines()]
    assert len(resident) == N_SCENARIOS
    growth = (resident[-1] - resident[100]) * resource.getpagesize()
    assert growth < BYTES_PER_RESULT * (N_SCENARIOS - 101), resident[::50]
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    pds = (row for row in rows if row["measure"] == "pd")
    found = {(row["scenario"], row["issuer"], row["month"]) for row in pds}
    for number, size in enumerate(wanted):
        assert (f"s{number}", f"i{size.issuers - 1}", str(size.months)) in found


def test_parts_that_share_no_path_are_not_held_against_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else 10,000 parts would be 50 million pairs: paths are compared once for each part."""
    compared: list[tuple[Ranges, Ranges]] = []

    def counted(a: Ranges, b: Ranges) -> Ranges:
        compared.append((a, b))
        return shared(a, b)

    monkeypatch.setattr(unite, "shared", counted)
    begun = blank(load("tests/golden/one_bullet/scenario.yaml").scenario, paths=10**6, seed=1)
    starts = range(0, 20 * CHUNK_PATHS, CHUNK_PATHS)
    chunks = [range(first, first + CHUNK_PATHS) for first in starts]
    named = [(str(chunk), begun.plus(chunk, begun.whole)) for chunk in chunks]
    assert unite.unite(named).covered == (range(20 * CHUNK_PATHS),)
    assert len(compared) == len(named)
    twice = named[3][1].plus(chunks[4], begun.whole)
    with pytest.raises(UsageError, match=re.escape(f"twice: overlaps {named[3][0]}")):
        unite.unite([*named, ("twice", twice)])
