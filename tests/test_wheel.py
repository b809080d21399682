"""What is installed: every package of the tree, the scenarios, the pages, and nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.main import get_command

from neocloud_mc.cli import COMMANDS, PROGRAM, app

ROOT: Final = Path(__file__).parents[1]
SCENARIOS: Final = "neocloud_mc.scenarios"
_SOURCES: Final = ("neocloud_mc", "scenarios", "pyproject.toml", "README.md", "LICENSE")
_HELPED: Final = re.compile(rf"\n\n *Example: ({PROGRAM} .*?)(?:\n\n|\s*\Z)", re.DOTALL)
_LONG: Final = ("breakeven", "plot", "report", "sensitivity", "track", "verify")
"""Commands whose examples take seconds."""
_REHEARSAL: Final = """
import contextlib, io, json, shlex, sys
from glob import glob
from neocloud_mc.cli import main

for line in json.load(sys.stdin):
    words = [found for word in shlex.split(line) for found in glob(word) or [word]]
    told = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(told):
        code = main(words[1 : words.index(">") if ">" in words else None])
    if code not in ((0, 3, 4) if "--fail-if" in words else (0,)):
        sys.exit(f"{line}: exit {code}: {told.getvalue()}")
"""


def settings() -> Any:
    """What the build backend is told."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]


def examples() -> list[str]:
    """The command lines that the README and every help show to who has installed the program."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(rf"^    ({PROGRAM} .*?)(?: +# .*)?$", readme, re.MULTILINE)
    group: Any = get_command(app)
    context = typer.Context(group)
    for name in COMMANDS:
        command: Any = group.get_command(context, name)
        for one in (command, *getattr(command, "commands", {}).values()):
            shown += (" ".join(found.split()) for found in _HELPED.findall(one.help))
    return list(dict.fromkeys(shown))


def rehearse(site: Path, place: Path, lines: list[str]) -> None:
    """Run command lines in a folder, one after the other, from what is installed elsewhere."""
    place.mkdir()
    first = f"{PROGRAM} run @coreweave"
    files = [f"{first} --shard {n}/2 -o part{n}.nmc" for n in (1, 2)]
    files += f"{first} -o june.json", f"{first} --set market.risk_free=0.03 -o september.json"
    done = subprocess.run(
        [sys.executable, "-P", "-c", _REHEARSAL],
        input=json.dumps([*files, *lines]),
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(site), "NEOCLOUD_MC_PATHS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_package_of_the_tree_is_installed() -> None:
    folders = [file.parent for file in (ROOT / "neocloud_mc").rglob("__init__.py")]
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(settings()["packages"]) == packages | {SCENARIOS}
    assert settings()["package-dir"] == {SCENARIOS: "scenarios"}


def test_every_file_that_is_no_code_is_installed() -> None:
    for package, patterns in settings()["package-data"].items():
        folder = ROOT / settings()["package-dir"].get(package, package)
        files = {file for file in folder.rglob("*") if file.is_file()}
        data = {file for file in files if file.suffix != ".py" and "__pycache__" not in file.parts}
        assert data == {file for pattern in patterns for file in folder.glob(pattern)}, package


def test_every_example_works_in_an_empty_folder(tmp_path: Path) -> None:
    """Of these sources; a wheel elsewhere, which would be compiled anew, is for the slow tests."""
    short = [line for line in examples() if line.split()[1] not in _LONG]
    assert len(short) > 18
    rehearse(ROOT, tmp_path / "place", short)


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
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True)
    shutil.rmtree(tree)
    rehearse(site, place, examples())
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def ran(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", "neocloud_mc", *arguments]
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "\ncoreweave " in ran("run", "@neoclouds", "--paths", "500")
    assert str(site) in ran("show", "@coreweave", "--files")
    assert "\nbolt " in ran("run", "acme.yaml", "--with", "@stress/fire_sale", "--paths", "500")
    assert "@stress/openai_fails" in ran("scenarios")
