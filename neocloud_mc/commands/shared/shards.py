"""One run as many processes: each writes a part, `merge` puts them together."""

import shlex
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from neocloud_mc import __version__
from neocloud_mc.commands.shared import checkpoints, output, simulation
from neocloud_mc.commands.shared.options import Changes
from neocloud_mc.engine import checkpoint
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import model
from neocloud_mc.errors import RunError, ScenarioError, UsageError
from neocloud_mc.notation import counted
from neocloud_mc.results.shards import part_files
from neocloud_mc.results.shards.part import Part
from neocloud_mc.results.shards.ranges import Share, told, without
from neocloud_mc.results.shards.unite import unite
from neocloud_mc.results.tally import alike, nothing
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.resolved import revived
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import manifest
from neocloud_mc.studies.run import complete

_PROGRAM: Final = "neocloud-mc"
_PATHS: Final = "--paths"
_MAX_LINES: Final = 100
"""Missing shards that are told one by one."""


def write_shard(
    source: str,
    changes: Changes,
    shard: Share,
    effort: Effort,
    kept_in: Path | None,
    destination: Path,
) -> None:
    """Simulate a share of a run and write it as a part.

    Parameters
    ----------
    kept_in : folder of checkpoints, if any.

    Raises
    ------
    RunError : before anything is simulated, if the part cannot be written there.
    """
    output.require(destination)
    (loaded,) = simulation.load_all([source], changes)
    scenario, paths, seed = loaded.scenario, effort.paths, effort.seed
    effort.watch.warn(loaded.warnings)
    blank = replace(
        checkpoint.blank(scenario, paths=paths, seed=seed, shard=shard),
        command=command(source, changes, paths, seed),
        manifest=manifest(loaded, effort.started),
    )
    part = complete(blank, scenario, effort, checkpoints.kept_in(kept_in))
    part_files.save(part, destination)


def gather(files: Sequence[Path]) -> tuple[Part, Scenario]:
    """Put the parts of a run together.

    Raises
    ------
    UsageError : parts of other runs or versions, overlapping or missing ones.
    RunError : a file that cannot be read, or is damaged.
    """
    n_shards = 1

    def named() -> Iterator[tuple[str, Part]]:
        nonlocal n_shards
        for file in files:
            part = part_files.load(file)
            n_shards = max(n_shards, part.shard[1])
            yield str(file), part

    whole = unite(named())
    scenario = _scenario(whole, str(files[0]))
    _check_complete(whole, n_shards, files[0].parent)
    return replace(whole, manifest={**whole.manifest, "argv": sys.argv}), scenario


def _scenario(part: Part, name: str) -> Scenario:
    """The scenario of a part that this version of the program made."""
    this_version = replace(part.key, version=__version__, model=model())
    if difference := this_version.difference(part.key):
        raise UsageError(f"{name}: was {difference}: merge with that version")
    try:
        scenario = revived(part.manifest["scenario_resolved"])
    except (KeyError, ScenarioError) as error:
        raise RunError(f"{name}: is damaged: its scenario is not valid") from error
    if checkpoint.run_key(scenario, part.key.seed) != part.key:
        raise RunError(f"{name}: is damaged: its scenario is not the one that was simulated")
    if not alike(part.whole, nothing(open_book(scenario))):
        raise RunError(f"{name}: is damaged: its tally is of other issuers or months")
    return scenario


def _check_complete(whole: Part, n_shards: int, folder: Path) -> None:
    """Refuse parts that leave paths out, with the commands that make what is missing.

    Parameters
    ----------
    folder : of the checkpoint, where the run is not sharded.
    """
    if not whole.missing:
        return
    shares = _missing_shares(whole, n_shards)
    left, lines = without(whole.missing, [share for _, share in shares]), []
    for place, share in shares[: _MAX_LINES + 1]:
        words = [*_whole_run(whole), "--shard", f"{place}/{n_shards}"]
        lines.append(f"{told(share)} are missing: {shlex.join([*words, '-o', f'part{place}.nmc'])}")
    remedy = "take all parts from the same N of I/N"
    if n_shards == 1:
        remedy = shlex.join([*_whole_run(whole), "--checkpoint", str(folder)])
    lines += [f"{told(one)} are missing: {remedy}" for one in left]
    if len(lines) > _MAX_LINES:
        more = counted(len(shares) + len(left) - _MAX_LINES, "further shard")
        lines = [*lines[:_MAX_LINES], f"and {more}"]
    raise UsageError("\n".join(lines))


def _missing_shares(whole: Part, n_shards: int) -> list[tuple[int, range]]:
    """The shares of which every path is missing, each with its place."""
    missing, found = deque(whole.missing), []
    for place in range(1, n_shards + 1):
        share = replace(whole, shard=Share(place, n_shards)).share
        while missing and missing[0].stop <= share.start:
            missing.popleft()
        if share and missing and missing[0].start <= share.start and share.stop <= missing[0].stop:
            found.append((place, share))
    return found


def command(source: str, changes: Changes, paths: int, seed: int) -> list[str]:
    """The command line that makes the whole run, word by word."""
    return [_PROGRAM, "run", source, *changes.words, _PATHS, str(paths), "--seed", str(seed)]


def _whole_run(whole: Part) -> list[str]:
    """The command of the whole run, for as many paths as the largest part was made for."""
    words = list(whole.command)
    if _PATHS not in words[:-1]:
        return command(whole.key.scenario, Changes(), whole.paths, whole.key.seed)
    words[words.index(_PATHS) + 1] = str(whole.paths)
    return words
