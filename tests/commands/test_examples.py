"""The batch page's script, Makefile and job array run as they are printed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from neocloud_mc.cli import main
from neocloud_mc.views import pages

BULLET: Final = Path("tests/golden/one_bullet/scenario.yaml")
_BLOCK: Final = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LIMIT: Final = "2e10"
Place = tuple[Path, dict[str, str]]


def block(mark: str) -> str:
    """The only block of the page with this text in it."""
    (found,) = (text for text in _BLOCK.findall(pages.page("batch")) if mark in text)
    return str(found)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty folder, and the environment of somebody who has the program installed."""
    programs = str(Path(sys.executable).parent)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return tmp_path, {**os.environ, "PATH": path, "NEOCLOUD_MC_PATHS": "2000"}


def ran(place: Place, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    folder, environment = place
    return subprocess.run(
        command, cwd=folder, env=environment | more, capture_output=True, text=True, check=False
    )


def bullet(folder: Path, name: str, principal: str = "1.4e7") -> Path:
    """A scenario whose portfolio loses the more the more is owed."""
    text = BULLET.read_text(encoding="utf-8")
    assert "principal: 1.4e7" in text
    file = folder / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace("principal: 1.4e7", f"principal: {principal}"), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("names", "code", "verdicts"),
    [
        (["a\\nb passed"], 0, ["a\\nb passed passed"]),
        (["edge"], 4, ["edge undecided"]),
        (["edge", "large", "small"], 3, ["edge undecided", "large breached", "small passed"]),
        (["large", "wrong"], 1, ["large breached", "wrong failed"]),
    ],
)
def test_the_script_judges_every_scenario(
    place: Place, names: list[str], code: int, verdicts: list[str]
) -> None:
    folder, _ = place
    owed = {"small": "3e7", "edge": "4e7", "large": "1e8", "wrong": "-1"}
    for name in names:
        bullet(folder / "scenarios", name, owed.get(name, "3e7"))
    script = block("for scenario in")
    assert script.count(_LIMIT) == 1
    (folder / "batch.sh").write_text(script.replace(_LIMIT, "3.05e7"), encoding="utf-8")
    done = ran(place, "sh", "batch.sh")
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.count("\n") == names.count("wrong")
    assert (folder / "results" / "verdicts").read_text().splitlines() == verdicts
    written = {file.stem for file in (folder / "results").glob("*.json")}
    assert written == set(names) - {"wrong"}


def test_the_script_ends_where_it_is_interrupted(place: Place) -> None:
    folder, environment = place
    for name in ("first", "second"):
        bullet(folder / "scenarios", name)
    program = folder / "bin" / "neocloud-mc"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 130\n")
    program.chmod(0o755)
    environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
    (folder / "batch.sh").write_text(block("for scenario in"), encoding="utf-8")
    assert ran(place, "sh", "batch.sh").returncode == 130
    assert (folder / "results" / "verdicts").read_text() == ""


def of_the_page(folder: Path) -> None:
    (folder / "Makefile").write_text(block("results/%.json: scenarios/%.yaml"), encoding="utf-8")


def of_the_repository(folder: Path) -> None:
    """The project's own Makefile, in a folder where everything is installed."""
    shutil.copy("Makefile", folder)
    (folder / ".lock").mkdir()
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for name in (".lock/run.txt", "pyproject.toml", ".venv/.installed"):
        (folder / name).touch()


MAKEFILES = pytest.mark.parametrize("makefile", [of_the_page, of_the_repository])


@MAKEFILES
def test_the_makefile_makes_a_result_again_only_when_its_scenario_has_changed(
    makefile: Callable[[Path], None], place: Place
) -> None:
    folder, _ = place
    base = bullet(folder / "scenarios", "the $base's #1")
    child = folder / "scenarios" / "plans" / "child.yaml"
    child.parent.mkdir()
    child.write_text(f'extends: "../{base.name}"\nname: child\n')
    makefile(folder)
    target = folder / "results" / "plans" / "child.json"

    def make(*options: str) -> subprocess.CompletedProcess[str]:
        return ran(place, "make", *options, "results/plans/child.json", "PATHS=2000")

    done = make()
    assert done.returncode == 0, done.stderr
    assert "up to date" in make().stdout
    made = target.stat().st_mtime_ns
    os.utime(base, ns=(made + 10**9, made + 10**9))
    assert "--output" in make("--dry-run").stdout


@MAKEFILES
def test_a_name_is_never_run(makefile: Callable[[Path], None], place: Place) -> None:
    folder, _ = place
    name = "a$(shell touch PWNED)`touch PWNED`';touch PWNED;'"
    bullet(folder / "scenarios", name)
    (folder / "scenarios" / "child.yaml").write_text(f'extends: "{name}.yaml"\nname: child\n')
    makefile(folder)
    for goal in ("child", "child", name):
        done = ran(place, "make", f"results/{goal}.json", "PATHS=50")
        assert done.returncode == 2 and "name the file otherwise" in done.stderr
    assert not list(folder.rglob("PWNED")) + list(folder.rglob("*.json"))


def test_the_job_array_makes_the_parts_of_one_run(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = place
    text = block("#SBATCH --array")
    job = re.sub(r"--paths \S+", "--paths 9000", text.replace("64", "2"))
    assert job != text
    (folder / "job.sh").write_text(job, encoding="utf-8")
    for task in ("2", "1"):
        done = ran(place, "sh", "job.sh", SLURM_ARRAY_TASK_ID=task)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert main(["merge", *map(str, folder.glob("part*.nmc"))]) == 0
    merged = capsys.readouterr().out
    assert main(["run", "@neoclouds", "--paths", "9000", "-q"]) == 0
    assert merged == capsys.readouterr().out != ""
