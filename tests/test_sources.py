"""What a digest of sources covers: all that decides a result, and no words about it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import neocloud_mc
from neocloud_mc import jit, sources
from neocloud_mc.engine import run

PACKAGE: Final = Path(neocloud_mc.__file__).parent
TEXT: Final = '''"""A room."""

from math import exp

LIMIT = 1e-9
"""Of what?"""


class Room:
    """Of a kind."""


def decay(x: float, *, rate: float = 0.5) -> str:
    """Of x."""
    return f"{exp(-rate * x):.3f} \u00e4"  # as told
'''
SAME: Final = {
    "a comma in a docstring": ("A room.", "A, room."),
    "a docstring of a constant": ("Of what?", "Whatever."),
    "a comment": ("  # as told", "  # as told, again"),
    "a blank line": ("LIMIT =", "\nLIMIT ="),
    "layout": ("(x: float, *, rate: float = 0.5)", "(\n    x: float, *, rate: float = 0.5,\n)"),
}
OTHER: Final = {
    "a number": ("1e-9", "1e-8"),
    "a default": ("0.5", "0.25"),
    "an operator": ("-rate", "+rate"),
    "a text that is used": (".3f", ".4f"),
    "a name": ("LIMIT", "BOUND"),
}


def digest_of(text: str, folder: Path) -> str:
    """Of a file of that text; a digest is remembered by its path, so each has its own."""
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    file = place / "room.py"
    file.write_text(text, encoding="utf-8")
    return sources.digest(file)


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_words_about_the_code_leave_the_digest(old: str, new: str, tmp_path: Path) -> None:
    assert old in TEXT
    assert digest_of(TEXT.replace(old, new, 1), tmp_path) == digest_of(TEXT, tmp_path)


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER)
def test_other_code_has_another_digest(old: str, new: str, tmp_path: Path) -> None:
    assert old in TEXT
    assert digest_of(TEXT.replace(old, new, 1), tmp_path) != digest_of(TEXT, tmp_path)


def test_the_digest_is_the_same_under_every_python(tmp_path: Path) -> None:
    """As 3.11, 3.12 and 3.13 work it out."""
    assert digest_of(TEXT, tmp_path) == "d24c2b5e1e90d33e"


@pytest.mark.parametrize("module", ["engine.history", "engine.run", "results.estimates"])
def test_all_that_an_import_loads_is_followed(module: str) -> None:
    code = (
        "import json, sys, neocloud_mc; front = set(sys.modules)\n"
        f"import neocloud_mc.{module}\n"
        "loaded = {n: m for n, m in sys.modules.items() if n not in front}\n"
        "own = [m.__file__ for n, m in loaded.items() if n.startswith('neocloud_mc.')]\n"
        "print(json.dumps([name for name in own if not name.endswith('__init__.py')]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = {Path(name) for name in json.loads(told.stdout)}
    followed = set(sources.files(PACKAGE.joinpath(*module.split(".")).with_suffix(".py")))
    assert len(loaded) > 10 and loaded <= followed


def test_a_model_is_all_that_decides_a_tally_and_nothing_of_how_it_is_told() -> None:
    names = {
        file.relative_to(PACKAGE).as_posix() for file in sources.files(PACKAGE / "engine/run.py")
    }
    assert {"engine/path.py", "engine/tables.py", "results/tally.py", "draws.py"} <= names
    assert not any(name.startswith(("views/", "commands/", "cli")) for name in names)
    assert run.model() != jit.sources_digest()


def test_a_digest_covers_data_to_the_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b" / "a.csv"
    second.parent.mkdir()
    first.write_text("B,0.1\n")
    second.write_text("B,0.2\n")
    assert sources.digest(first) != sources.digest(second)


def test_what_a_file_says_is_kept_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    first, again, other = TEXT.encode(), TEXT.encode(), TEXT.replace("1e-9", "1e-8").encode()
    told = []
    for content in (first, again, other):
        memory = sources._Memory()
        told.append((memory.said(content), memory._has_more))
        memory.keep()
    memory._file.write_text("not [ json")
    told.append((sources._Memory().said(first), True))
    assert told[0][0] == told[1][0] == told[3][0] != told[2][0]
    assert [is_new for _, is_new in told] == [True, False, True, True]
