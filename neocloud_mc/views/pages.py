"""The pages of `neocloud-mc docs`: Markdown from the package, the model's from its own rooms.

A page begins with the heading `# Topic: what it is about`, which is its line in the list of topics.
"""

import ast
from importlib import resources
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

from neocloud_mc.views import files
from neocloud_mc.views.render import pager

TOPICS: Final = (
    *("tutorial", "questions", "model", "format", "glossary", "faq"),
    *("article", "stresses", "vintages", "assumptions", "calibration"),
    *("validation", "batch", "python", "changes", "architecture"),
)
"""In the order of the list."""
ROOMS: Final = (
    *("market", "customers", "fleet", "contracts", "operations"),
    *("debt", "waterfall", "covenants", "vehicles", "recovery"),
)
"""The mechanisms, in the order of the model."""
ROOMS_HERE: Final = "<!-- the rooms -->\n"
"""The line of a page at which the mechanisms' own text stands."""
FILES_HERE: Final = "<!-- the files -->\n"
"""The line of a page at which the list of the package's files stands."""

_WIDEST: Final = 100
_CODE_THEME: Final = "ansi_dark"


def page(topic: str) -> str:
    """The Markdown of a topic."""
    text = _written(topic)
    if FILES_HERE in text:
        text = text.replace(FILES_HERE, files.listing())
    return text.replace(ROOMS_HERE, "\n".join(map(room, ROOMS)))


def room(name: str) -> str:
    """The section of the model that a mechanism carries: its module's docstring, as Markdown."""
    folder = resources.files("neocloud_mc") / "mechanisms" / name
    file = f"{name}/__init__.py" if folder.is_dir() else f"{name}.py"
    return f"## {ast.get_docstring(ast.parse(_source('mechanisms', file)))}\n"


def overview() -> str:
    """The topics, each with a line."""
    width = max(map(len, TOPICS))
    return "".join(f"{topic.ljust(width)}  {_subject(topic)}\n" for topic in TOPICS)


def show(console: Console, text: str) -> None:
    """Show a page: laid out and paged on a terminal, the Markdown itself on a pipe."""
    if console.file.isatty():
        width = min(console.width, _WIDEST)
        with console.capture() as laid_out:
            console.print(Markdown(text, code_theme=_CODE_THEME), width=width)
        pager.show(laid_out.get(), console.file)
    else:
        console.file.write(text)


def _subject(topic: str) -> str:
    """What a page is about, from its heading."""
    return _written(topic).partition("\n")[0].partition(": ")[2]


def _written(topic: str) -> str:
    return _source("docs", f"{topic}.md")


def _source(folder: str, file: str) -> str:
    return (resources.files("neocloud_mc") / folder / file).read_text(encoding="utf-8")
