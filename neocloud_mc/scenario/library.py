"""The scenarios that ship with the program, addressed as `@coreweave` or `@stress/fire_sale`.

The library is the folder `scenarios`: in the package where the program was installed, beside it in
a checkout. A name is a file's path there without its suffix. Scenarios are kept by vintage, in a
folder named for the month of their base date; the newest need not be named: where `2026-06` is the
newest vintage, `@coreweave` and `@2026-06/coreweave` are one file, `@2025-06/coreweave` another.
Stresses lie in `stress`, those that fit the companies of one vintage alone in its folder there.
"""

import difflib
import fnmatch
import os
import re
from functools import cache
from pathlib import Path as File
from typing import Final

SIGN: Final = "@"
_PACKAGE: Final = File(__file__).resolve().parents[1]
_FOLDER: Final = "scenarios"
EXAMPLES: Final = {
    "example/outcomes": _PACKAGE / "docs" / "outcomes.yaml",
    "example/quotes": _PACKAGE / "docs" / "quotes.csv",
    "example/resale": _PACKAGE / "docs" / "resale.csv",
}
"""What commands take beside scenarios: made up, for the pages of docs."""
_VINTAGE: Final = re.compile(r"\d{4}-\d{2}")
_MOST_NEAR: Final = 3
_LONGEST: Final = 100


@cache
def folder() -> File:
    """Where the shipped files are, an absolute path without links."""
    inside = _PACKAGE / _FOLDER
    return inside if inside.is_dir() else _PACKAGE.parent / _FOLDER


@cache
def vintages() -> tuple[str, ...]:
    """The months for which scenarios are shipped, oldest first."""
    return tuple(sorted(it.name for it in folder().iterdir() if _VINTAGE.fullmatch(it.name)))


@cache
def catalogue() -> dict[str, File]:
    """Every shipped file by its name, without the sign: the newest vintage, others, stresses."""
    files = {_name(file): file for file in folder().rglob("*.yaml")}
    return {name: files[name] for name in sorted(files, key=lambda name: (name.count("/"), name))}


def is_name(source: str) -> bool:
    """Whether a scenario is addressed by a name of the library, known or not."""
    return source.startswith(SIGN)


def is_shipped(source: str) -> bool:
    """Whether a scenario, by name or by path, is a file of the library."""
    return is_name(source) or File(os.path.realpath(source)).is_relative_to(folder())


def find(source: str) -> File | None:
    """The file that an `@name` means; none: nothing of that name is shipped."""
    name = source.removeprefix(SIGN)
    return catalogue().get(_short(name)) or EXAMPLES.get(name)


def matching(source: str) -> list[str]:
    """The `@names` that fit a pattern such as ``@stress/*``; anything else stays as it is.

    A ``*`` stands for no ``/``: stresses of an older vintage are those of ``@stress/2025-06/*``.
    """
    pattern = source.removeprefix(SIGN)
    found = fnmatch.filter(catalogue(), pattern) if source != pattern and "*" in pattern else []
    beside = [name for name in found if name.count("/") == pattern.count("/")]
    return [SIGN + name for name in beside] or [source]


def unknown(source: str) -> str:
    """What to say of an `@name` that means nothing, with the nearest that do."""
    near = " or ".join(f"{SIGN}{name}" for name in _nearest(source.removeprefix(SIGN)))
    hint = f"did you mean {near}?" if near else "neocloud-mc scenarios lists them"
    return f"nothing of that name ships with the program ({hint})"


def namesake(path: str | File) -> str | None:
    """The `@name` of the shipped file that a path may have been meant to name."""
    found = _by_last_part().get(File(path).stem)
    return f"{SIGN}{found}" if found else None


def schema() -> File:
    """The JSON Schema that the shipped files name for editors."""
    return folder() / "schema.json"


def place(path: File) -> File:
    """Where a shipped file lies in the library, an example in a folder of its own."""
    for name, example in EXAMPLES.items():
        if path == example:
            return File(name).with_suffix(path.suffix)
    return File(os.path.normpath(path)).relative_to(folder())


def shown(path: str | File) -> str:
    """A path as messages tell it: a shipped file by its name, others as they were given."""
    file = File(path)
    for name, example in EXAMPLES.items():
        if file == example:
            return SIGN + name
    if file.is_absolute() and File(os.path.normpath(file)).is_relative_to(folder()):
        return SIGN + _name(file)
    return str(path)


def _name(file: File) -> str:
    """The shortest name of a shipped file."""
    return _short(place(file).with_suffix("").as_posix())


def _short(name: str) -> str:
    """A name without the newest vintage, which goes without saying."""
    return "/".join(part for part in name.split("/") if part != vintages()[-1])


def _nearest(name: str) -> list[str]:
    """Names that look like one, compared whole, or without their folders if it names none."""
    if len(name) > _LONGEST:
        return []
    whole = (*catalogue(), *EXAMPLES)
    by_key = {known: known for known in whole} if "/" in name else _by_last_part()
    found = difflib.get_close_matches(name.lower(), by_key, n=_MOST_NEAR)
    return [by_key[key] for key in found]


def _by_last_part() -> dict[str, str]:
    """Names by what they are without their folders; of several the one in the fewest folders."""
    deepest_first = sorted(catalogue(), key=lambda known: -known.count("/"))
    return {known.rpartition("/")[2]: known for known in deepest_first}
