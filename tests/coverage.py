"""Coverage of the mechanisms with compilation off: `python -m tests.coverage`.

The kernel's steps run as plain Python under the checks of the mutations (the second implementation
and the ledgers worked by hand), in a copy a few paths wide; fails if a line or a branch is missed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutations.__main__ import copy_package

_REPORT = ("report", "--show-missing", "--fail-under=100", "--include=neocloud_mc/mechanisms/*")


def main() -> int:
    """Print the report; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        copy_package(Path(folder), None)
        environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": folder}
        coverage = [sys.executable, "-W", "ignore", "-m", "coverage"]
        measured = [*coverage, "run", "--branch", "-m", "tests.mutations.checks"]
        for command in (measured, [*coverage, *_REPORT]):
            done = subprocess.run(command, cwd=folder, env=environment, check=False)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
