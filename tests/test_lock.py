"""The lock: exact versions with hashes of all that pyproject.toml asks for, from no named place."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parent.parent
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: Final[dict[str, list[str]]] = PROJECT["project"]["optional-dependencies"]
NEEDED: Final = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS: Final = ("linux", "darwin")
_PINNED: Final = re.compile(
    r"^(?P<name>\S+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))? \\$"
    r"(?P<hashes>(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?$)+)",
    re.MULTILINE,
)


def lock(name: str) -> str:
    return (ROOT / ".lock" / f"{name}.txt").read_text()


def pins(name: str, python: str, system: str) -> dict[str, str]:
    """Versions by package, as one system installs them."""
    place = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
    return {
        found["name"]: found["version"]
        for found in _PINNED.finditer(lock(name))
        if not found["marker"] or Marker(found["marker"]).evaluate(place)
    }


def asked(texts: Iterable[str]) -> Iterator[Requirement]:
    """Requirements, with those of the project's own extras."""
    for requirement in map(Requirement, texts):
        if requirement.name == PROJECT["project"]["name"]:
            yield from asked(text for extra in requirement.extras for text in EXTRAS[extra])
        else:
            yield requirement


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("name", "needed"), [("run", NEEDED), ("dev", NEEDED + EXTRAS["dev"])])
def test_the_lock_has_what_the_project_asks_for(
    name: str, needed: list[str], python: str, system: str
) -> None:
    pinned = pins(name, python, system)
    for requirement in asked(needed):
        package = canonicalize_name(requirement.name)
        assert package in pinned and requirement.specifier.contains(pinned[package]), (
            f"{requirement}: make lock"
        )


@pytest.mark.parametrize("python", PYTHONS)
def test_what_runs_is_what_was_tested(python: str) -> None:
    run, dev = pins("run", python, "linux"), pins("dev", python, "linux")
    assert run.items() <= dev.items()
    assert len(run) < len(dev) / 2


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_version_has_hashes_and_nothing_says_where_it_comes_from(name: str) -> None:
    rest = _PINNED.sub("", lock(name)).splitlines()
    assert [line for line in rest if line and not line.lstrip().startswith("# ")] == []
    told = [line for line in rest if line.strip()]
    assert not [line for line in told if "://" in line or " --" in line]
    assert _PINNED.search(lock(name))
