"""What can go wrong, and the exit code that each kind leaves to the shell."""

from typing import ClassVar


class NeocloudError(Exception):
    """A fault that a user can read: one or more lines, each with its remedy."""

    exit_code: ClassVar[int] = 1

    @property
    def lines(self) -> list[str]:
        """The message, one mistake a line."""
        return str(self).splitlines()


class RunError(NeocloudError):
    """The run failed: a fault of the program, the disk or the memory."""


class UsageError(NeocloudError):
    """The command line asks for something that cannot be done; nothing was simulated."""

    exit_code: ClassVar[int] = 2


class ScenarioError(NeocloudError):
    """A scenario is wrong; every mistake found is one line; nothing was simulated."""

    exit_code: ClassVar[int] = 2

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
