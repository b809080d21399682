"""The control groups around the process: the limits that a container or a batch system sets it."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

SYSTEM: Final = Path("/")
"""The file system that is asked; tests have one of their own."""


def folders(controller: str, root: Path = SYSTEM) -> Iterator[Path]:
    """Folders of the groups around this process that may limit it, versions 1 and 2.

    A group that the container does not see by its name on the host is the root of its mount.

    Parameters
    ----------
    controller : ``cpu`` or ``memory``.
    root : of the file system.
    """
    try:
        memberships = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for membership in memberships:
        _, controllers, name = membership.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        group = PurePosixPath(name)
        for around in (group, *group.parents):
            yield root / "sys/fs/cgroup" / controllers / around.relative_to("/")
