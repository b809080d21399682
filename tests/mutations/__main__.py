"""Make every mutation in a copy of the package and tell which check notices it.

`python -m tests.mutations [TEXT]` tries all of them, or those whose file or meaning contains TEXT;
it fails if one survives. The copies run in plain Python, a few paths wide.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutations.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
NARROW = Mutant("engine/tables.py", "LANES: Final = 64", "LANES: Final = 4", "fewer paths")
PATIENCE = 300
"""Seconds after which a mutant that does not end counts as noticed."""
AT_ONCE = 2


def verdict(mutant: Mutant | None) -> str:
    """What notices the mutant (or a copy without mistake); empty if nothing does."""
    with tempfile.TemporaryDirectory() as folder:
        copy_package(Path(folder), mutant)
        return _run_checks(Path(folder))


def copy_package(folder: Path, mutant: Mutant | None) -> None:
    """Copy the package and its tests, a few paths wide, with the mutation made."""
    for part in ("neocloud_mc", "tests"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for change in filter(None, (NARROW, mutant)):
        _make(change, folder)


def _make(change: Mutant, folder: Path) -> None:
    file = folder / "neocloud_mc" / change.file
    file.write_text(file.read_text().replace(change.old, change.new))


def _run_checks(folder: Path) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.mutations.checks"],
            cwd=folder,
            env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "does not end"
    return "does not even start" if done.returncode else done.stdout.strip()


def misfits() -> list[str]:
    """Mutations whose old text no longer occurs exactly once in its file."""
    found = []
    for mutant in (NARROW, *MUTANTS):
        count = (ROOT / "neocloud_mc" / mutant.file).read_text().count(mutant.old)
        if count != 1:
            found.append(f"{mutant.file}: {count} times, not once: {mutant.old!r}")
    return found


def main() -> int:
    """Print the table; the exit code."""
    if lost := misfits():
        print("these mutations must be written anew:", *lost, sep="\n")
        return 2
    if broken := verdict(None):
        print(f"without any mutation this fails: {broken}")
        return 2
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [mutant for mutant in MUTANTS if wanted in f"{mutant.file} {mutant.meaning}"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        survivors = 0
        for mutant, noticed in zip(chosen, pool.map(verdict, chosen), strict=True):
            survivors += not noticed
            name = mutant.file.removeprefix("mechanisms/")
            print(f"{name:<20} {mutant.meaning:<58} {noticed or 'SURVIVED'}", flush=True)
    print(f"{len(chosen)} mutations, {survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
