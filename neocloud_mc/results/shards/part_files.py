r"""Files of parts: what checkpoints and shards keep, what `merge` puts together.

A file `*.nmc` is a zip of arrays that `numpy.load` opens without pickle.

    header      text, JSON: see below
    checksum    text, SHA-256, hex, of every other array in the order of their names:
                its name, dtype.str, shape and bytes (C order), as
                f"{name} {dtype.str} {shape}\n".encode() + array.tobytes()
    whole/…     the tally of `ranges`, a name for each of its fields (see `tally.Tally`);
                moments as whole/NAME/total and whole/NAME/product: exact integers in decimal
                text, in 2^-64 USD and 2^-128 USD²; totals as whole/NAME/total; histograms as
                NAME/dropped, /key, /sums, /least and /largest (see `histogram.Histogram`), those
                of `index` as index/0, 1, …
    tail/…      the same for the paths of `tail`, where there is one

The header:

    format      "neocloud-mc/part/3"
    key         what every part of a run shares: scenario (its name), digest (of the merged
                scenario, seed, months, chunk and versions), seed, months, chunk (paths),
                model (digest of the code that decides a tally), version (of the
                program)
    paths       of the run
    shard       [i, n]: the part is to hold the i-th of n shares of the run
    ranges      [[first, stop], …]: its paths, whole chunks, ascending; stop is not among them
    tail        [first, stop] of the run's last chunk where that is not a whole one, or null
    seconds     of simulation
    command     the command that makes the whole run, a list of words
    manifest    as in the JSON result; scenario_resolved makes a part complete in itself

Whole chunks and the tail are apart because a run of more paths has another last chunk.
"""

import hashlib
import io
import json
import os
import stat
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, fields
from operator import index
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.results.histogram import Histogram
from neocloud_mc.results.moments import Moments, Totals
from neocloud_mc.results.shards.part import Part, RunKey
from neocloud_mc.results.shards.ranges import Share
from neocloud_mc.results.tally import Tally

FORMAT: Final = "neocloud-mc/part/3"
SUFFIX: Final = ".nmc"
_MAGIC: Final = b"PK"
_HEADER: Final = "header"
_CHECKSUM: Final = "checksum"
_WHOLE: Final = "whole"
_TAIL: Final = "tail"
_MOST_BYTES: Final = 1 << 29
"""Unpacked. A tally of 1,000 issuers over 1,200 months has a tenth of it."""
_DRAFT: Final = ".draft"
_STRANGE: Final = "is not part of a run, as run --shard and --checkpoint make them"
_REMEDY: Final = "remove it and simulate its paths again"
_integer = np.frompyfunc(int, 1, 1)

Arrays = dict[str, NDArray[Any]]


def save(part: Part, path: Path) -> None:
    """Write a part so that the file is, at every moment, the old one or the new one, whole.

    Raises
    ------
    RunError : it cannot be written; an older file is left as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}{_DRAFT}")
    try:
        try:
            with draft.open("wb") as file:
                file.write(_packed(part))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _sync_folder(path.parent)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror or error}") from error


def remove_drafts(path: Path) -> None:
    """Remove what killed processes left of writing this part; nobody may be writing it."""
    for draft in path.parent.glob(f".{path.name}.*{_DRAFT}"):
        with suppress(OSError):
            draft.unlink()


def load(path: Path) -> Part:
    """Read a part and check that it is whole.

    Raises
    ------
    UsageError : no part of a run, or one in another version of the format.
    RunError : it cannot be read, or is damaged.
    """
    content = _read(path)
    try:
        if content and not content.startswith(_MAGIC):
            raise UsageError(f"{path}: {_STRANGE}")
        arrays = _unpacked(content)
        if _HEADER not in arrays:
            raise UsageError(f"{path}: {_STRANGE}")
        header = json.loads(arrays[_HEADER].item())
        if (form := str(header["format"])) == FORMAT:
            return _checked(header, arrays)
    except (UsageError, MemoryError):
        raise
    except Exception as error:  # whatever bytes that are none of ours make of their readers
        raise RunError(f"{path}: is damaged or cut short: {_REMEDY}") from error
    raise UsageError(f"{path}: is in the format {form[:40]!r}; this program reads {FORMAT}")


def fingerprint(part: Part) -> str:
    """Equal for parts that tell the same of their paths, whenever and wherever they were made."""
    tail = _arrays(_TAIL, part.tail) if part.tail else {}
    return _digest(_arrays(_WHOLE, part.whole) | tail)


def _packed(part: Part) -> bytes:
    arrays = _arrays(_WHOLE, part.whole)
    if part.tail:
        arrays |= _arrays(_TAIL, part.tail)
    tail = part.tail_range
    header = {
        "format": FORMAT,
        "key": asdict(part.key),
        "paths": part.paths,
        "shard": part.shard,
        "ranges": [[one.start, one.stop] for one in part.ranges],
        "tail": [tail.start, tail.stop] if tail else None,
        "seconds": part.seconds,
        "command": part.command,
        "manifest": part.manifest,
    }
    arrays[_HEADER] = np.array(json.dumps(header))
    arrays[_CHECKSUM] = np.array(_digest(arrays))
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def _read(path: Path) -> bytes:
    """The bytes of a file; anything else may never end, or never begin."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise RunError(f"{path}: cannot be read: it is not a file")
            if status.st_size > _MOST_BYTES:
                raise UsageError(f"{path}: {_STRANGE}")
            return file.read()
    except OSError as error:
        why = "it is not a file" if isinstance(error, IsADirectoryError) else error.strerror
        raise RunError(f"{path}: cannot be read: {why or error}") from error


def _unpacked(content: bytes) -> Arrays:
    """The arrays, none of them larger than the bytes that are there for it."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        if sum(entry.file_size for entry in file.infolist()) > _MOST_BYTES:
            raise ValueError("larger than any part")
        return {name.removesuffix(".npy"): _array(file.read(name)) for name in file.namelist()}


def _array(content: bytes) -> NDArray[Any]:
    text = io.BytesIO(content)
    if np.lib.format.read_magic(text) != (1, 0):
        raise ValueError("another version")
    shape, is_transposed, dtype = np.lib.format.read_array_header_1_0(text)
    if is_transposed or dtype.hasobject:
        raise ValueError("no plain array")
    return np.frombuffer(content, dtype, offset=text.tell()).reshape(shape).copy()


def _checked(header: Mapping[str, Any], arrays: Arrays) -> Part:
    """The part, if the checksum is right and all that is told agrees.

    Raises
    ------
    Exception : of any kind, if not.
    """
    if arrays.pop(_CHECKSUM).item() != _digest(arrays):
        raise ValueError("checksum")
    part = Part(
        key=RunKey(**header["key"]),
        paths=header["paths"],
        whole=_tally(_WHOLE, arrays),
        shard=Share(*header["shard"]),
        ranges=tuple(range(first, stop) for first, stop in header["ranges"]),
        tail=_tally(_TAIL, arrays) if f"{_TAIL}/n" in arrays else None,
        seconds=header["seconds"],
        command=header["command"],
        manifest=header["manifest"],
    )
    tail = part.tail_range
    if header["tail"] != ([tail.start, tail.stop] if part.tail else None):
        raise ValueError("tail")
    part.check()
    return part


def _arrays(group: str, tally: Tally) -> Arrays:
    """The fields of a tally as plain arrays, by their names in the file."""
    arrays: Arrays = {}
    for part in fields(Tally):
        name, value = f"{group}/{part.name}", getattr(tally, part.name)
        if isinstance(value, Moments):
            arrays[f"{name}/total"] = value.total.astype(str)
            arrays[f"{name}/product"] = value.product.astype(str)
        elif isinstance(value, Totals):
            arrays[f"{name}/total"] = value.total.astype(str)
        elif isinstance(value, Histogram):
            arrays |= _columns(name, value)
        elif isinstance(value, tuple):
            for place, each in enumerate(value):
                arrays |= _columns(f"{name}/{place}", each)
        else:
            arrays[name] = np.asarray(value)
    return arrays


def _tally(group: str, arrays: Arrays) -> Tally:
    n = index(arrays[f"{group}/n"][()])
    values: dict[str, Any] = {"n": n}
    for part in fields(Tally):
        name = f"{group}/{part.name}"
        if part.type is Moments:
            total, product = (arrays[f"{name}/{kind}"] for kind in ("total", "product"))
            values[part.name] = Moments(n, _integers(total), _integers(product))
        elif part.type is Totals:
            values[part.name] = Totals(_integers(arrays[f"{name}/total"]))
        elif part.type is Histogram:
            values[part.name] = _histogram(name, arrays)
        elif part.name == "index":
            n_months = sum(key.startswith(f"{name}/") and key.endswith("/key") for key in arrays)
            values[part.name] = tuple(_histogram(f"{name}/{k}", arrays) for k in range(n_months))
        elif part.name != "n":
            values[part.name] = arrays[name]
    return Tally(**values)


def _columns(name: str, histogram: Histogram) -> Arrays:
    return {f"{name}/{key}": np.asarray(column) for key, column in vars(histogram).items()}


def _histogram(name: str, arrays: Arrays) -> Histogram:
    dropped, *columns = (arrays[f"{name}/{column.name}"] for column in fields(Histogram))
    return Histogram(index(dropped[()]), *columns)


def _integers(texts: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(_integer(texts), dtype=object)


def _digest(arrays: Arrays) -> str:
    """SHA-256 of all arrays but the checksum."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a loss of power, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
