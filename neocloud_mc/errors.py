"""What can go wrong, and the exit code that each kind leaves to the shell."""


class NeocloudError(Exception):
    """A fault that a user can read: one or more lines, each with its remedy."""

    exit_code: int = 1

    @property
    def lines(self) -> list[str]:
        """The message, one mistake a line."""
        return str(self).splitlines()


class RunError(NeocloudError):
    """The run failed: a fault of the program, the disk or the memory."""


class UsageError(NeocloudError):
    """The command line asks for something that cannot be done; nothing was simulated."""

    exit_code = 2


class ScenarioError(NeocloudError):
    """A scenario is wrong; every mistake found is one line; nothing was simulated."""

    exit_code = 2

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))


class Terminated(BaseException):
    """The process was asked to end (SIGTERM): raised in the main thread, as Ctrl-C is."""


class StoppedError(NeocloudError):
    """Ended by Ctrl-C or SIGTERM with work kept: the message says how to go on."""

    def __init__(self, message: str, signal: int) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal
