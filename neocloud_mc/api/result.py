"""What a function of the API gives back: its numbers, and all that they can be written as."""

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from neocloud_mc.views.render import html
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.spreadsheet import Column
from neocloud_mc.views.render.terminal import FULL_WIDTH

Found = TypeVar("Found")
Scalar: TypeAlias = str | float | int | bool | None


@dataclass(frozen=True, repr=False)
class Result(Generic[Found]):
    """The result of a study.

    `print` writes the tables of the terminal; a notebook shows them as HTML.

    Parameters
    ----------
    found : the numbers, as dataclasses.
    document : what they are written as.
    """

    found: Found
    document: Document

    def to_dict(self) -> Any:
        """What the command's ``--format json`` holds: dicts, lists, strings, finite numbers."""
        return self.document.json()

    def to_rows(self) -> list[dict[str, Scalar]]:
        """A record for each row of the command's ``--format csv``, under the same columns.

        `pandas.DataFrame` and `polars.DataFrame` take the list as it is.
        """
        columns = self.document.columns
        return [
            {column.name: _flat(column, value) for column, value in zip(columns, row, strict=True)}
            for row in self.document.rows()
        ]

    def _repr_html_(self) -> str:
        return html.page(self.document.blocks(FULL_WIDTH))

    def __str__(self) -> str:
        return self.document.text("table").rstrip("\n")

    def __repr__(self) -> str:
        return f"<Result: {type(self.found).__name__}>"


def _flat(column: Column, value: object) -> Scalar:
    """A value that a cell of a data frame can hold; of several, the text of the CSV file."""
    if value is None or isinstance(value, str | float | int | bool):
        return value
    return str(column.spelt(value))
