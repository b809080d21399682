"""What docstrings promise: their examples are true."""

import doctest
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

import neocloud_mc

_PACKAGE: Final = Path(neocloud_mc.__file__).parent


def _with_examples() -> list[str]:
    """The modules of the package whose text has an example."""
    files = (file for file in _PACKAGE.rglob("*.py") if ">>> " in file.read_text("utf-8"))
    names = (file.relative_to(_PACKAGE.parent).with_suffix("") for file in sorted(files))
    return [".".join(name.parts).removesuffix(".__init__") for name in names]


@pytest.mark.parametrize("name", _with_examples())
def test_examples_of_docstrings_are_true(name: str) -> None:
    done = doctest.testmod(import_module(name))
    assert done.attempted > 0 and done.failed == 0
