"""Files that commands take beside scenarios, such as quotes: by path, or `@name` where shipped."""

from pathlib import Path

from neocloud_mc.scenario import library
from neocloud_mc.scenario.yaml import contents
from neocloud_mc.scenario.yaml.reading import UnreadableError
from neocloud_mc.scenario.yaml.tree import Place


def text(source: str) -> str:
    """What a file holds.

    Raises
    ------
    UnreadableError : there is none, it cannot be read, or is no text.
    """
    path = library.find(source) if library.is_name(source) else Path(source)
    if path is None:
        raise UnreadableError(Place(source), library.unknown(source))
    return plain(path, source)


def plain(path: Path, source: str, most: int = contents.MAX_BYTES) -> str:
    """What a plain file of at most so many bytes holds.

    Parameters
    ----------
    source : how messages call it.

    Raises
    ------
    UnreadableError : it cannot be read, is too large, or is no text.
    """
    try:
        return contents.decoded(contents.from_file(str(path), most), source)
    except (OSError, ValueError) as error:
        raise UnreadableError(Place(source), contents.why(error)) from None
