"""Rows of paths as a stream: CSV, Parquet or NumPy arrays, in memory that does not grow."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from shutil import copyfileobj
from typing import IO, Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.studies.raw_paths.rows import Field, Rows
from neocloud_mc.views.render.spreadsheet import cell, parquet_library

Column = NDArray[Any]
Writer = Callable[[BinaryIO, Sequence[Field], Iterable[Rows]], None]

_MISSING: Final = {"count": 0, "word": -1}
_WORDS_OF: Final = "words."
"""Before the name of a column of words, in a file of arrays: what its numbers stand for."""


def to_csv(file: BinaryIO, fields: Sequence[Field], blocks: Iterable[Rows]) -> None:
    """Write a header and the rows, in full precision; what is missing is empty."""
    file.write(_lines([[cell(field.name) for field in fields]]))
    for block in blocks:
        columns = (_spelt(field, block.columns[field.name]) for field in fields)
        file.write(_lines(zip(*columns, strict=True)))


def to_parquet(file: BinaryIO, fields: Sequence[Field], blocks: Iterable[Rows]) -> None:
    """Write a row group for each block; what is missing is null, words are a dictionary.

    Raises
    ------
    UsageError : no library that writes Parquet is installed.
    """
    arrow = parquet_library()
    types = {"number": arrow.float64(), "count": arrow.int64()}
    word = arrow.dictionary(arrow.int32(), arrow.string())
    schema = arrow.schema([(field.name, types.get(field.kind, word)) for field in fields])
    with arrow.parquet.ParquetWriter(file, schema) as writer:
        for block in blocks:
            arrays = [_arrow(arrow, field, block.columns[field.name]) for field in fields]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def to_npz(file: BinaryIO, fields: Sequence[Field], blocks: Iterable[Rows]) -> None:
    """Write an array for each column, and one of words for each column of words.

    Their lengths are known at the end only, so that each column waits in a file of its own.
    """
    with ExitStack() as stack:
        waiting = {f.name: stack.enter_context(tempfile.TemporaryFile()) for f in fields}
        kinds: Mapping[str, Column] = {}
        count = 0
        for block in blocks:
            kinds = block.columns
            count += len(next(iter(kinds.values())))
            for name, column in kinds.items():
                waiting[name].write(column.tobytes())
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for field in fields:
                dtype = kinds[field.name].dtype if kinds else np.dtype(_dtype(field))
                _archive(archive, field.name, dtype, count, waiting[field.name])
                if field.kind == "word":
                    words = np.array(field.words)
                    content = io.BytesIO(words.tobytes())
                    _archive(archive, _WORDS_OF + field.name, words.dtype, words.size, content)


WRITERS: Final[Mapping[str, Writer]] = {"csv": to_csv, "parquet": to_parquet, "npz": to_npz}


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Lines of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _archive(
    archive: zipfile.ZipFile, name: str, dtype: np.dtype[Any], count: int, content: IO[bytes]
) -> None:
    header = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": (count,),
    }
    content.seek(0)
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array_header_2_0(member, header)
        copyfileobj(content, member)


def _dtype(field: Field) -> type[np.generic]:
    return np.float64 if field.kind == "number" else np.int64


def _is_missing(field: Field, column: Column) -> NDArray[np.bool_]:
    if field.kind == "number":
        return np.isnan(column)
    return np.asarray(column == _MISSING[field.kind]) & (field.name != "path")


def _spelt(field: Field, column: Column) -> Iterator[object]:
    """The values of a column for a CSV file."""
    words = [cell(word) for word in field.words]
    values = [words[place] for place in column] if words else column.tolist()
    for value, is_missing in zip(values, _is_missing(field, column), strict=True):
        yield "" if is_missing else value


def _arrow(arrow: Any, field: Field, column: Column) -> Any:
    missing = _is_missing(field, column)
    if field.kind != "word":
        return arrow.array(column, mask=missing)
    places = arrow.array(column.astype(np.int32), mask=missing)
    return arrow.DictionaryArray.from_arrays(places, arrow.array(field.words, arrow.string()))
