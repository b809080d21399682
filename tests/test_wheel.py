"""What is installed: every package of the tree, the scenarios, the pages, and nothing else."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[1]
SCENARIOS: Final = "neocloud_mc.scenarios"
_SOURCES: Final = ("neocloud_mc", "scenarios", "pyproject.toml", "README.md", "LICENSE")


def settings() -> Any:
    """What the build backend is told."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]


def test_every_package_of_the_tree_is_installed() -> None:
    folders = [file.parent for file in (ROOT / "neocloud_mc").rglob("__init__.py")]
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(settings()["packages"]) == packages | {SCENARIOS}
    assert settings()["package-dir"] == {SCENARIOS: "scenarios"}


def test_every_file_that_is_no_code_is_installed() -> None:
    for package, patterns in settings()["package-data"].items():
        folder = ROOT / settings()["package-dir"].get(package, package)
        files = {file for file in folder.rglob("*") if file.is_file()}
        data = {file for file in files if file.suffix not in (".py", ".pyc")}
        assert data == {file for pattern in patterns for file in folder.glob(pattern)}, package


@pytest.mark.slow
def test_a_wheel_runs_where_there_is_no_checkout(tmp_path: Path) -> None:
    """Built by pip from a copy of the sources, unpacked beside nothing else."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in _SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tree / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", ".", "."], cwd=tree, check=True)
    (wheel,) = tree.glob("*.whl")
    site, place = tmp_path / "site", tmp_path / "place"
    place.mkdir()
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True)
    shutil.rmtree(tree)
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def ran(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", "neocloud_mc", *arguments]
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "CoreWeave" in ran("run", "@neoclouds", "--paths", "500")
    assert str(site) in ran("show", "@coreweave", "--files")
    ran("init", "acme.yaml")
    assert "Acme Cloud" in ran("run", "acme.yaml", "--with", "@stress/fire_sale", "--paths", "500")
    assert "@stress/openai_fails" in ran("scenarios")
