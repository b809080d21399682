"""`python -m neocloud_mc` and the `neocloud-mc` script: one command, and the end of the process.

What is set here serves a process that lives for one command, never a program that imports the
package: that calls `neocloud_mc.cli.main`, and so do profilers.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MANY_OBJECTS: Final = 100_000
"""Between two searches for garbage: imports make much and throw little away."""
_SPARED: Final = ("scipy", "coverage")
"""What numba would load where it is installed, 0.2 s and 0.1 s, and is not used here."""
_INTERRUPTED: Final = 130


def main() -> int:
    """Run the command line of the process and end it with its exit code."""
    try:
        code = _obey()
    except KeyboardInterrupt:  # before the command line looks out for it, or after
        sys.stderr.write("interrupted\n")
        code = _INTERRUPTED
    _flush()
    if not _is_awaited():
        os._exit(code)  # taking down what is imported takes 0.2 s; what hangs, for ever
    return code


def _obey() -> int:
    """Make a process of one command ready, and run the command line."""
    import gc

    gc.set_threshold(_MANY_OBJECTS)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # searches every package: 0.02 s
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the threads are the simulation's
    for name in _SPARED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    from neocloud_mc import cli

    return cli.main()


def _flush() -> None:
    """Write what the streams still hold."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # whoever could be told is told
            stream.flush()


def _is_awaited() -> bool:
    """Whether a thread still works that must be waited for, as one that is no daemon must."""
    import threading

    others = set(threading.enumerate()) - {threading.main_thread()}
    return any(not thread.daemon for thread in others)


if __name__ == "__main__":
    sys.exit(main())
