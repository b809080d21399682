"""In which format a result is written: what --format says, else the suffix of --output.

Where neither says it, NEOCLOUD_MC_FORMAT does, for the commands that have that format; the others
write the first of their formats, a table where they have one.
"""

import os
from collections.abc import Collection, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from neocloud_mc.commands.shared import output
from neocloud_mc.errors import UsageError

ENVIRONMENT: Final = "NEOCLOUD_MC_FORMAT"
_BY_SUFFIX: Final = {
    ".txt": "table",
    ".json": "json",
    ".csv": "csv",
    ".md": "markdown",
    ".parquet": "parquet",
    ".npz": "npz",
    ".xlsx": "xlsx",
}

Form = TypeVar("Form", bound=StrEnum)


def chosen(given: Form | None, destination: Path | None, known: Iterable[Form]) -> Form:
    """The format of a command's result.

    Parameters
    ----------
    given : by --format.
    known : those that the command has, the usual one first.

    Raises
    ------
    UsageError : a suffix that is not a format of the command, or that --format contradicts.
    RunError : nothing can be written there.
    """
    output.require(destination)
    by_name = {str(form): form for form in known}
    named = _named(destination, [suffix for suffix, name in _BY_SUFFIX.items() if name in by_name])
    if given is not None and named not in (None, str(given)):
        raise UsageError(f"--format {given} and --output {destination} contradict each other")
    return given or by_name[named or _usual(by_name)]


def require_suffix(destination: Path | None, allowed: Collection[str], what: str) -> None:
    """Make sure that a file is named for what is written into it.

    Parameters
    ----------
    what : is written, for the message: ``a scenario is YAML``.

    Raises
    ------
    UsageError : another suffix.
    """
    suffix = _suffix(destination)
    if suffix and suffix not in allowed:
        raise UsageError(f"{destination}: {what}: end its name with {' or '.join(allowed)}")


def require_overlay(destination: Path | None) -> None:
    """Make sure, before anything is simulated, that an overlay can be written to a file.

    Raises
    ------
    UsageError : a suffix that is not one of YAML.
    RunError : nothing can be written there.
    """
    require_suffix(destination, (".yaml", ".yml"), "an overlay is YAML")
    output.require(destination)


def refuse_results(destination: Path, what: str) -> None:
    """Make sure that a file is not named as a result is which it does not hold.

    Raises
    ------
    UsageError : the suffix of a format.
    """
    if _suffix(destination) in _BY_SUFFIX:
        raise UsageError(f"--output {destination}: {what}")


def _suffix(destination: Path | None) -> str:
    """The suffix of a file in small letters; empty: none, or none that speaks of its content."""
    if destination is None or (destination.exists() and not destination.is_file()):
        return ""
    return destination.suffix.lower()


def _named(destination: Path | None, suffixes: Collection[str]) -> str | None:
    """The format that the name of a file asks for."""
    suffix = _suffix(destination)
    if not suffix:
        return None
    if suffix not in suffixes:
        raise UsageError(
            f"--output {destination}: {suffix} is not a format that is written here: "
            f"give one of {', '.join(suffixes)}"
        )
    return _BY_SUFFIX[suffix]


def _usual(known: Collection[str]) -> str:
    """The format that the environment asks for, if the command has it; else its first."""
    first = next(iter(known))
    asked = os.environ.get(ENVIRONMENT) or first
    if asked not in _BY_SUFFIX.values():
        names = ", ".join(_BY_SUFFIX.values())
        raise UsageError(f"{ENVIRONMENT}={asked}: is not a format: give one of {names}")
    return asked if asked in known else first
