"""Feeds the loader hostile files in a process of its own that is watched, and reports on it.

python -m tests.hostile.watched FOLDER SEED COUNT: mutants of the files in FOLDER, read as standard
input from FOLDER/inside. COUNT 0: the bombs instead. Prints one JSON object (see `Report`).
"""

import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from neocloud_mc.errors import NeocloudError
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.views.scenario_yaml import render
from tests.hostile.mutations import bombs, mutants

MEMORY: Final = 500_000_000
HARMLESS: Final = {"object.__getattr__", "object.__setattr__", "sys._getframe", "code.__new__"}
LISTING: Final = {"os.scandir", "os.listdir", "glob.glob", "pathlib.Path.glob"}
MOST_TOLD: Final = 20


@dataclass
class Report:
    """What was seen.

    Parameters
    ----------
    accepted : inputs that were read as a scenario.
    slowest : processor seconds of the slowest input, and its name.
    peak : bytes of memory at most.
    faults : everything that must not be.
    """

    inputs: int = 0
    accepted: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    peak: int = 0
    faults: list[str] = field(default_factory=list)


class Bytes:
    """A standard input of bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


class Guard:
    """Notes whatever the interpreter does beyond reading YAML files of the folder."""

    def __init__(self, folder: Path, faults: list[str]) -> None:
        self._folder, self._faults = folder, faults
        self.is_on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on or event in HARMLESS:
            return
        if event == "open" or event in LISTING:
            named = os.fsdecode(arguments[0] or ".") if arguments else "."
            path = Path(os.path.realpath(named))
            is_yaml = path.suffix in (".yaml", ".yml") or event in LISTING
            if is_yaml and (path == self._folder or path.is_relative_to(self._folder)):
                return
        self._faults.append(f"{event}{arguments!r}"[:300])


def watch(inputs: Iterable[tuple[str, bytes]]) -> Report:
    """Feed every input, watched."""
    report = Report()
    _feed(Path("market.yaml").read_bytes())
    _feed(b'extends: [market.yaml, none.yaml]\nissuers: {a: {"\\e": x, base: 1}}\n')
    guard = Guard(Path.cwd(), report.faults)
    sys.addaudithook(guard)
    for name, content in inputs:
        started = time.process_time()
        guard.is_on = True
        try:
            loaded = _feed(content)
        except BaseException as error:
            report.faults.append(f"{name}: {type(error).__name__}: {error}"[:300])
            loaded = None
        guard.is_on = False
        seconds = time.process_time() - started
        report.seconds += seconds
        report.inputs += 1
        report.slowest = max(report.slowest, (seconds, name))
        if isinstance(loaded, Loaded):
            report.accepted += 1
            report.faults += _again(name, loaded)
        elif loaded is not None:
            report.faults += [f"{name}: {line[:200]!r}" for line in _ugly(loaded)]
        if len(report.faults) > MOST_TOLD:
            break
    report.peak = _peak()
    return report


def _peak() -> int:
    """Most memory of this process, bytes; `ru_maxrss` would count the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def _feed(content: bytes) -> Loaded | list[str]:
    """The scenario, or the mistakes."""
    stdin: Any = Bytes(content)
    try:
        return load("-", stdin=stdin)
    except NeocloudError as error:
        return error.lines


def _ugly(lines: list[str]) -> Iterator[str]:
    """Lines of a message that are none: empty, without a place, or with control characters."""
    if not lines:
        yield "no message"
    for line in lines:
        if not line.isprintable() or (not line.startswith(("-:", "and ")) and ".y" not in line):
            yield line


def _again(name: str, loaded: Loaded) -> Iterator[str]:
    """Whether what `show` prints of an accepted scenario is another one, or none."""
    yield from (f"{name}: {line!r}" for line in loaded.warnings if not line.isprintable())
    again = _feed(render(loaded.resolved).encode())
    if not isinstance(again, Loaded):
        yield f"{name}: shown and refused: {again[:2]}"
    elif again.resolved != loaded.resolved:
        yield f"{name}: shown and read back as another scenario"


def main(folder: Path, seed: int, count: int) -> None:
    """Watch COUNT mutants, or the bombs."""
    sources = [path.read_bytes() for path in sorted(folder.glob("*.y*ml"))]
    os.chdir(folder / "inside")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    named = ((f"mutant {seed}/{k}", text) for k, text in enumerate(mutants(sources, seed)))
    print(json.dumps(asdict(watch(islice(named, count) if count else bombs()))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
