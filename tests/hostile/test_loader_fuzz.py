"""Whatever a file holds, the loader reads it or refuses it: quickly, in little memory, in lines.

A process of its own is watched: it may open no file but YAML of the scenario's folder, run no code,
import nothing.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.watched import MEMORY

ROOT = Path(__file__).parents[2]
SPOILT = ("small", "market", "customers", "lambda", "xai_spv")
"""The smaller files, for the sake of speed; the others are there to be extended."""
SECONDS = 2.0
FAST, THOROUGH = 1_000, 100_000


@pytest.fixture(name="tree")
def _tree(tmp_path: Path) -> Path:
    """Good files, and a folder inside with files that a hostile one may try to extend."""
    inside = tmp_path / "inside"
    shutil.copytree(ROOT / "scenarios" / "2025-06", inside)
    shutil.copy(ROOT / "tests/scenario/small.yaml", inside)
    for name in SPOILT:
        shutil.copy(inside / f"{name}.yaml", tmp_path)
    (tmp_path / "secret").write_text("secret: 1\n")
    (inside / "link.yaml").symlink_to("../secret")
    (inside / "loop.yml").symlink_to("loop.yml")
    os.mkfifo(inside / "pipe.yaml")
    return tmp_path


def watched(tree: Path, seed: int, count: int) -> dict[str, Any]:
    """The report of a watched process (see `watched.Report`)."""
    arguments = [sys.executable, "-m", "tests.hostile.watched", str(tree), str(seed), str(count)]
    found = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    report: dict[str, Any] = json.loads(found.stdout)
    return report


def holds(report: dict[str, Any]) -> None:
    """Assert that nothing was seen that must not be."""
    assert report["faults"] == []
    assert report["slowest"][0] < SECONDS, report["slowest"]
    assert report["peak"] < MEMORY


def test_spoiled_files_are_read_or_refused_and_nothing_else_happens(tree: Path) -> None:
    report = watched(tree, 1, FAST)
    holds(report)
    assert report["inputs"] == FAST
    assert 0.05 * FAST < report["accepted"] < 0.6 * FAST


def test_no_file_of_ten_megabytes_costs_much(tree: Path) -> None:
    report = watched(tree, 0, 0)
    holds(report)
    assert report["accepted"] == 0 and report["inputs"] > 20


def test_many_files_of_the_largest_size_cost_no_more_than_one(tree: Path) -> None:
    for k in range(99):
        (tree / "inside" / f"f{k}.yaml").write_bytes(b"#" * 9_999_000 + b"\na: 1\n")
    named = "extends: [" + ",".join(f"inside/f{k}.yaml" for k in range(99)) + "]\nmarket: {}\n"
    (tree / "x.yaml").write_text(named)
    code = (
        "import resource, sys; from neocloud_mc.cli import main;"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}));"
        "resource.setrlimit(resource.RLIMIT_CPU, (5, 5)); sys.exit(main(['validate', sys.argv[1]]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tree / "x.yaml")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 2, found
    assert "larger than 10 MB, all files together" in found.stderr


@pytest.mark.slow
def test_a_hundred_thousand_spoiled_files(tree: Path) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for report in pool.map(lambda seed: watched(tree, seed, THOROUGH // 20), range(1000, 1020)):
            holds(report)
