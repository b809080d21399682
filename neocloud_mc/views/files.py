"""The package's folders and files as a table: what each says of itself, in a line."""

import ast
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

_PAGES: Final = "docs"
_SCENARIOS: Final = "scenarios"
"""Installed as a package of its own; in a checkout it lies elsewhere."""


def listing() -> str:
    """A Markdown table, a row each: a folder, then its files, then the folders within."""
    rows = (f"| {name} | {text} |\n" for name, text in _rows(resources.files("neocloud_mc"), ""))
    return "".join(["| file | what it is |\n", "|------|------------|\n", *rows])


def _rows(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    inside = sorted(folder.iterdir(), key=lambda entry: entry.name)
    yield f"**{path or 'neocloud_mc/'}**", _of_folder(folder)
    for file in inside:
        if file.is_file() and (text := _of_file(file)):
            yield f"`{file.name}`", text
    for entry in inside:
        if entry.is_dir() and _is_listed(entry):
            yield from _rows(entry, f"{path}{entry.name}/")


def _is_listed(folder: Traversable) -> bool:
    has_code = (folder / "__init__.py").is_file()
    return folder.name == _PAGES or (has_code and folder.name != _SCENARIOS)


def _of_folder(folder: Traversable) -> str:
    if folder.name == _PAGES:
        return "The pages of `neocloud-mc docs`."
    return _summary(folder / "__init__.py")


def _of_file(file: Traversable) -> str:
    """What a module or a page says of itself; empty for what is listed as a folder, or is data."""
    if file.name.endswith(".md"):
        heading, _, _ = file.read_text(encoding="utf-8").partition("\n")
        return f"{heading.removeprefix('# ')}."
    is_module = file.name.endswith(".py") and file.name != "__init__.py"
    return _summary(file) if is_module else ""


def _summary(module: Traversable) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].replace("|", "\\|")
