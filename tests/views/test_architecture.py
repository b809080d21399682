"""What developers are shown is so: a line for each file, the layers, and the names of files."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from neocloud_mc.views import pages

ROOT: Final = Path(__file__).parents[2]
_FILE = re.compile(r"`((?:[\w./*-]+/)?[\w*-]+\.(?:py|toml|css|js|svg)|(?:[\w.*-]+/)+[\w.*-]*)`")
_FOLDERS: Final = ("neocloud_mc", "scenarios", "tests", ".github")


def test_the_architecture_page_has_a_line_for_each_module_and_page() -> None:
    package = Path(pages.__file__).parents[1]
    rows = re.findall(r"^\| (\S+) \| (.+) \|$", pages.page("architecture"), re.MULTILINE)
    folder, listed = "", {}
    for name, text in rows[1:]:
        is_folder = name.startswith("**")
        folder = name.strip("*").removeprefix("neocloud_mc/") if is_folder else folder
        listed[folder + ("__init__.py" if is_folder else name.strip("`"))] = text
    assert listed.pop("docs/__init__.py")
    files = {*package.rglob("*.py"), *package.rglob("*.md")}
    assert set(listed) == {file.relative_to(package).as_posix() for file in files}
    assert [name for name, text in listed.items() if len(text) < 10] == []
    assert listed["engine/path.py"].startswith("The path loop: ")
    assert pages.FILES_HERE not in pages.page("architecture")


def test_the_layers_on_the_architecture_page_are_those_that_are_enforced() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (c["layers"] for c in settings["tool"]["importlinter"]["contracts"]
                 if c["type"] == "layers")  # fmt: skip
    shown = "\n".join(layers).replace("neocloud_mc.", "")
    assert f"\n```\n{shown}\n```\n" in pages.page("architecture")


@pytest.mark.parametrize(
    ("page", "fewest"),
    [("neocloud_mc/docs/architecture.md", 40), (".github/CONTRIBUTING.md", 10)],
)
def test_every_file_and_folder_that_a_developer_is_shown_exists(page: str, fewest: int) -> None:
    """By the end of its path; NAME and YYYY stand for what one makes."""
    named = set(_FILE.findall((ROOT / page).read_text(encoding="utf-8")))
    assert len(named) > fewest
    files = [file for folder in _FOLDERS for file in ROOT.joinpath(folder).rglob("*")]
    there = [f"/{file.relative_to(ROOT).as_posix()}" for file in files]
    there += [f"/{folder}" for folder in _FOLDERS]
    for name in sorted(name for name in named if "NAME" not in name and "YYYY" not in name):
        assert any(fnmatch(place, f"*/{name.rstrip('/')}") for place in there), name
