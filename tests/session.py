"""The session of `docs python`, and what it finds.

`python -m tests.session` writes what it finds anew.
"""

import doctest
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).parent.parent / "neocloud_mc" / "docs" / "python.md"


class _Recorder(doctest.DocTestRunner):
    """Keeps what an example prints that is not what the page shows."""

    def __init__(self) -> None:
        super().__init__(optionflags=doctest.NORMALIZE_WHITESPACE)
        self.printed: dict[doctest.Example, str] = {}

    def report_failure(self, out: Any, test: Any, example: doctest.Example, got: str) -> None:
        """Keep it."""
        self.printed[example] = got

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        """An example that fails is none."""
        raise exc_info[1]


def renewed(text: str) -> str:
    """The text with every example as it runs.

    Raises
    ------
    Exception : of an example that fails.
    """
    session = doctest.DocTestParser().get_doctest(text, {}, "python.md", None, 0)
    recorder = _Recorder()
    recorder.run(session)
    lines = text.splitlines()
    for example, got in reversed(recorder.printed.items()):
        first = example.lineno + example.source.count("\n")
        after = first + example.want.count("\n")
        lines[first:after] = [" " * example.indent + line for line in got.splitlines()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
