"""A run's result as an Apache Parquet file: the rows of the CSV, with types.

`level`, `value`, `low` and `high` are numbers, all else is text; what the CSV leaves empty is null.
"""

import io
from collections.abc import Sequence
from typing import Any, Final

from neocloud_mc.errors import UsageError
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views import result_csv

_NUMBERS: Final = ("level", "value", "low", "high")


def render(results: Sequence[RunResult]) -> bytes:
    """All scenarios in one table; the same results give the same bytes.

    Raises
    ------
    UsageError : as `require`.
    """
    arrow = require()
    columns = zip(*result_csv.rows(results), strict=True)
    arrays = {
        name: arrow.array([_typed(name, value) for value in column], _type(arrow, name))
        for name, column in zip(result_csv.COLUMNS, columns, strict=True)
    }
    file = io.BytesIO()
    arrow.parquet.write_table(arrow.table(arrays), file)
    return file.getvalue()


def require() -> Any:
    """The library that writes the file.

    Raises
    ------
    UsageError : it is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("parquet needs pyarrow: pip install 'neocloud-mc[parquet]'") from None
    return pyarrow


def _type(arrow: Any, name: str) -> Any:
    return arrow.float64() if name in _NUMBERS else arrow.string()


def _typed(name: str, value: str | float | None) -> str | float | None:
    if value in ("", None):
        return None
    return float(value) if name in _NUMBERS else str(value)
