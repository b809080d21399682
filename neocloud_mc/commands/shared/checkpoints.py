"""Checkpoints of the commands: where they are, and how an interrupted command goes on."""

import re
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from neocloud_mc.commands.shared import interrupts
from neocloud_mc.engine.checkpoint import Keep, opened
from neocloud_mc.errors import StoppedError, Terminated
from neocloud_mc.notation import counted
from neocloud_mc.results.shards.part import Part
from neocloud_mc.results.shards.part_files import SUFFIX
from neocloud_mc.results.shards.ranges import count
from neocloud_mc.studies.run import Kept, nowhere

_PROGRAM: Final = "neocloud-mc"
_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_NAME: Final = 60


@contextmanager
def _held(folder: Path, part: Part, kind: str) -> Iterator[tuple[Part, Keep]]:
    """Hold a part's checkpoint while the block runs; an interruption tells how to go on.

    Parameters
    ----------
    folder : of checkpoints.
    kind : sets runs of the same scenario apart, such as ``apart``.

    Yields
    ------
    The part with what the checkpoint has, and what saves it.

    Raises
    ------
    StoppedError : after Ctrl-C or SIGTERM; the work is saved.
    """
    file = folder / checkpoint_name(part, kind)
    latest = part

    def keep(found: Part) -> None:
        nonlocal latest
        with interrupts.held():
            save(found)
            latest = found

    try:
        with opened(file, part) as (latest, save):
            yield latest, keep
    except (KeyboardInterrupt, Terminated) as stop:
        number = signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT
        n_done, wanted = count(latest.covered), len(part.share)
        raise StoppedError(
            f"interrupted: {file} keeps {n_done:,} of {counted(wanted, 'path')}; go on with: "
            f"{shlex.join([_PROGRAM, *sys.argv[1:]])}",
            number,
        ) from stop


def kept_in(folder: Path | None) -> Kept:
    """What holds parts in a folder; None: nothing is kept."""
    return nowhere if folder is None else partial(_held, folder)


def checkpoint_name(part: Part, kind: str = "") -> str:
    """Name of a part's checkpoint: for people the scenario's name, for the program the run."""
    name = _NOT_IN_A_NAME.sub("_", part.key.scenario)[:_MAX_NAME].lstrip(".")
    place, total = part.shard
    share = f"{place}of{total}of{part.paths}" if total > 1 else ""
    digest = part.key.digest.removeprefix("sha256:")[:12]
    return "-".join(filter(None, (name, digest, kind, share))) + SUFFIX
