"""A desk on which tests write scenario files and read what the loader says of them."""

from pathlib import Path
from typing import Final

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.load import Loaded, load

SMALL: Final = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    """The good scenario with one passage changed."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def write(folder: Path, **files: str) -> None:
    """Write files named NAME.yaml into a folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def loaded(text: str, *settings: str) -> Loaded:
    """Load a text as the file x.yaml of the working directory."""
    write(Path(), x=text)
    return load("x.yaml", settings)


def mistakes(text: str, *settings: str) -> list[str]:
    """What is wrong with a text, read as the file x.yaml of the working directory."""
    try:
        loaded(text, *settings)
    except ScenarioError as error:
        return error.lines
    return []


def doubts(text: str) -> list[str]:
    """The warnings about a good text."""
    return loaded(text).warnings


def place_of(passage: str, text: str) -> str:
    """``x.yaml:line:column`` of a passage that the text holds once."""
    assert text.count(passage) == 1, passage
    before = text[: text.index(passage)].split("\n")
    return f"x.yaml:{len(before)}:{len(before[-1]) + 1}"
