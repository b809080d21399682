"""What files and standard input hold: bounded, plain, text."""

import os
import stat
from typing import AnyStr, Final, TextIO

from neocloud_mc.scenario.yaml.reading import UnreadableError
from neocloud_mc.scenario.yaml.tree import Place

MAX_BYTES: Final = 10_000_000
NOT_PLAIN: Final = "not a plain file"


def from_file(name: str, most: int) -> bytes:
    """Read a plain file.

    Raises
    ------
    OSError, ValueError : it cannot be read, is no plain file, or longer than `most` bytes.
    """
    if "\0" in name:
        raise ValueError("not the name of a file: it holds the character U+0000")
    with open(name, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(NOT_PLAIN)
        return _bounded(file.read(most + 1), most)


def _without_waiting(name: str, flags: int) -> int:
    """Open a file; a FIFO that nobody writes to does not hold the program up."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def from_stream(stdin: TextIO | None) -> bytes | str:
    """Read standard input.

    Raises
    ------
    ValueError : there is none, or it is too long.
    """
    if stdin is None:
        raise ValueError("there is no standard input")
    buffer = getattr(stdin, "buffer", None)
    if buffer is None:
        return _bounded(stdin.read(MAX_BYTES + 1), MAX_BYTES)
    content: bytes = buffer.read(MAX_BYTES + 1)
    return _bounded(content, MAX_BYTES)


def _bounded(content: AnyStr, most: int) -> AnyStr:
    if len(content) > most:
        limit = f"larger than {max(most, MAX_BYTES) // 1_000_000} MB"
        raise ValueError(limit + (", all files together" if most < MAX_BYTES else ""))
    return content


def decoded(content: bytes, origin: str) -> str:
    """Text in UTF-8.

    Raises
    ------
    UnreadableError : at the first byte that is none.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        place = Place(origin, line, column)
        text = f"not text in UTF-8: the byte 0x{content[error.start]:02x}"
        raise UnreadableError(place, text) from None


def why(error: Exception) -> str:
    """Say why something could not be read."""
    if isinstance(error, IsADirectoryError):
        return "a folder, not a file"
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    return str(error)
