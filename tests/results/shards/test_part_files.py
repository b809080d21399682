"""Parts of a run: files that outlast accidents, and parts that add up to the whole run."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.results.moments import Moments
from neocloud_mc.results.shards import part_files, ranges
from neocloud_mc.results.shards.part import Part, RunKey
from neocloud_mc.results.shards.part_files import fingerprint
from neocloud_mc.results.shards.ranges import WHOLE, Share
from neocloud_mc.results.shards.unite import unite
from neocloud_mc.results.tally import nothing, tally
from tests.results.samples import book, independent, part as piece
from tests.results.test_tally import assert_same

BOOK = book(2)
KEY = RunKey("sample", "sha256:" + "0" * 64, 1, 24, 100, "0123", "0.1.0")
PATHS, WHOLE_CHUNKS = 950, 900
OUTCOME = independent(BOOK, 2000)
SHARES = [Share(place, 3) for place in (1, 2, 3)]


def blank(paths: int = PATHS, shard: Share = WHOLE) -> Part:
    manifest = {"scenario_resolved": {"name": "sample", "mean_years": float("inf")}}
    return Part(KEY, paths, nothing(BOOK), shard, command=["run", "x"], manifest=manifest)


@cache
def finished(paths: int = PATHS, shard: Share = WHOLE) -> Part:
    """The part with all chunks of its share."""
    found = blank(paths, shard)
    for first in range(found.share.start, found.share.stop, KEY.chunk):
        chunk = range(first, min(first + KEY.chunk, paths))
        counted = tally(BOOK, piece(OUTCOME, slice(chunk.start, chunk.stop)))
        found = found.plus(chunk, counted)
    return replace(found, seconds=1.5)


def merged(*several: Part) -> Part:
    return unite((f"part {place}", one) for place, one in enumerate(several))


def saved(part: Part, folder: Path) -> Path:
    file = folder / "a part.nmc"
    part_files.save(part, file)
    return file


@cache
def packed() -> bytes:
    """The file of the finished part."""
    with TemporaryDirectory() as folder:
        return saved(finished(), Path(folder)).read_bytes()


def told(file: Path, kind: type[Exception]) -> str:
    with pytest.raises(kind) as failure:
        part_files.load(file)
    message = str(failure.value)
    assert message.startswith(f"{file}: ") and "\n" not in message
    return message


def test_a_part_comes_back_from_its_file_to_the_bit(tmp_path: Path) -> None:
    part = finished()
    back = part_files.load(saved(part, tmp_path))
    assert_same(part.whole, back.whole)
    assert part.tail is not None and back.tail is not None
    assert_same(part.tail, back.tail)
    assert (back.key, back.paths, back.ranges, back.covered) == (
        *(part.key, part.paths, part.ranges),
        (range(PATHS),),
    )
    assert (back.shard, back.seconds, back.command) == ((1, 1), 1.5, ["run", "x"])
    assert back.manifest == part.manifest


def test_a_part_without_paths_comes_back_too(tmp_path: Path) -> None:
    back = part_files.load(saved(blank(), tmp_path))
    assert back.covered == () and back.tail is None
    assert_same(back.tally, nothing(BOOK))


READER = """
import hashlib, json, sys
import numpy as np
with np.load(sys.argv[1]) as file:
    arrays = {name: file[name] for name in file.files}
checksum, digest = arrays.pop("checksum").item(), hashlib.sha256()
for name in sorted(arrays):
    array = arrays[name]
    digest.update(f"{name} {array.dtype.str} {array.shape}\\n".encode() + array.tobytes())
assert digest.hexdigest() == checksum
header = json.loads(arrays["header"].item())
assert header["format"] == "neocloud-mc/part/3"
defaults = arrays["whole/defaults"] + arrays["tail/defaults"]
loss = sum(int(arrays[f"{g}/issuer_loss/total"][0, 0]) for g in ("whole", "tail"))
n = sum(int(arrays[f"{g}/n"]) for g in ("whole", "tail"))
assert "neocloud_mc" not in sys.modules
print(json.dumps([header["ranges"], header["tail"], n, defaults.tolist(), str(loss)]))
"""


def test_a_file_can_be_read_with_numpy_and_json_alone(tmp_path: Path) -> None:
    part = finished()
    command = [sys.executable, "-c", READER, str(saved(part, tmp_path))]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    whole = part.tally
    loss = str(whole.issuer_loss.total[0, 0])
    assert found == [[[0, 900]], [900, 950], 950, whole.defaults.tolist(), loss]


def test_integers_of_any_length_are_kept(tmp_path: Path) -> None:
    part = finished()
    huge = 10**300 + 1
    products = np.full((2, 2, 2), huge**2, dtype=object)
    moments = Moments(part.whole.n, np.full((2, 2), huge, dtype=object), products)
    part = replace(part, whole=replace(part.whole, issuer_loss=moments))
    back = part_files.load(saved(part, tmp_path))
    assert (back.whole.issuer_loss.total == huge).all()


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    file = saved(finished(), tmp_path)
    content = file.read_bytes()
    for size in (0, 1, 10, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:size])
        with pytest.raises((RunError, UsageError)) as failure:
            part_files.load(file)
        assert str(failure.value).count("\n") == 0


def test_a_flipped_bit_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    part, random = finished(), Random(1)
    file = saved(part, tmp_path)
    content, refused = file.read_bytes(), 0
    for _ in range(200):
        damaged = bytearray(content)
        damaged[random.randrange(len(content))] ^= 1 << random.randrange(8)
        file.write_bytes(damaged)
        try:
            found = part_files.load(file)
        except (RunError, UsageError):
            refused += 1
        else:
            assert_same(found.tally, part.tally)
    assert refused > 100


def rewritten(
    file: Path,
    header: dict[str, Any] | None = None,
    changed: dict[str, Any] | None = None,
    *,
    is_signed: bool,
) -> None:
    """Change the header of a file, and some of its arrays."""
    with np.load(file) as old:
        arrays = {name: old[name] for name in old.files} | (changed or {})
    told = json.loads(arrays["header"].item()) | (header or {})
    arrays["header"] = np.array(json.dumps(told))
    if is_signed:
        del arrays["checksum"]
        digest = hashlib.sha256()
        for name in sorted(arrays):
            digest.update(f"{name} {arrays[name].dtype.str} {arrays[name].shape}\n".encode())
            digest.update(arrays[name].tobytes())
        arrays["checksum"] = np.array(digest.hexdigest())
    with file.open("wb") as target:
        np.savez(target, allow_pickle=False, **arrays)


def test_a_changed_header_breaks_the_checksum(tmp_path: Path) -> None:
    file = saved(finished(), tmp_path)
    rewritten(file, {"seconds": 2.0}, is_signed=False)
    assert "damaged" in told(file, RunError)
    rewritten(file, {"seconds": 2.0}, is_signed=True)
    assert part_files.load(file).seconds == 2.0


Edit = Callable[[NDArray[Any]], NDArray[Any]]
EDITS: Final[dict[str, Edit]] = {
    "a thousand more": lambda found: found + 1000,
    "below zero": lambda found: -found - 1,
    "beyond all numbers": lambda found: found + 2**62,
    "of fractions": lambda found: found / 2,
    "without a number": lambda found: found * np.nan,
    "cut": lambda found: found[..., :-1],
    "nested": lambda found: found[None],
}
_FORM: Final = ("cut", "nested")


def tallied() -> list[str]:
    """What a file holds of a tally, by name."""
    with np.load(io.BytesIO(packed())) as arrays:
        whole = [name for name in arrays if name.startswith("whole/")]
    return [name.removeprefix("whole/") for name in whole]


TALLIED: Final = tallied()
MORE: Final = ("a thousand more", "beyond all numbers", "of fractions")


def can_be(name: str, edit: str) -> bool:
    """Whether a tally after the edit is one that paths can have, or the edit makes no sense."""
    is_sum = name.endswith(("/total", "/product"))
    is_scalar = name == "n" or name.endswith("/dropped")
    return (is_scalar and edit == "cut") or (is_sum and edit in (*MORE, "without a number"))


@pytest.mark.parametrize("name", TALLIED)
@pytest.mark.parametrize("group", ["whole", "tail"])
def test_a_tally_that_no_paths_can_have_is_refused_whatever_its_checksum(
    name: str, group: str, tmp_path: Path
) -> None:
    file = tmp_path / "part.nmc"
    content, full = packed(), f"{group}/{name}"
    file.write_bytes(content)
    with np.load(file) as old:
        found = old[full]
    is_text = found.dtype.kind == "U"
    for edit, change in EDITS.items():
        if can_be(name, edit):
            continue
        numbers = np.frompyfunc(int, 1, 1)(found) if is_text and edit not in _FORM else found
        wrong = np.asarray(change(numbers))
        file.write_bytes(content)
        rewritten(file, changed={full: wrong.astype(str) if is_text else wrong}, is_signed=True)
        assert "damaged" in told(file, RunError), edit


JUNK: Final[list[Any]] = [None, -1, 0, "x", "", [], {}, 1.5, 2**70, [-1, 2], [[1, 2]], float("nan")]


@pytest.mark.parametrize(
    "name", ["key", "paths", "shard", "ranges", "tail", "seconds", "command", "manifest"]
)
def test_a_header_of_junk_is_refused_or_harmless(name: str, tmp_path: Path) -> None:
    tally, file = finished().tally, tmp_path / "part.nmc"
    content = packed()
    file.write_bytes(content)
    header = json.loads(np.load(file)["header"].item())
    whole = [*JUNK, *({**header["key"], field: junk} for field in header["key"] for junk in JUNK)]
    for junk in whole if name == "key" else JUNK:
        file.write_bytes(content)
        rewritten(file, {name: junk}, is_signed=True)
        try:
            part = unite([("x", part_files.load(file))])
        except (RunError, UsageError):
            continue
        assert_same(part.tally, tally)
        assert part.missing is not None and fingerprint(part)


def test_a_part_of_more_paths_than_its_ranges_have_is_refused(tmp_path: Path) -> None:
    file = saved(finished(), tmp_path)
    rewritten(file, changed={"whole/n": np.array(10**9)}, is_signed=True)
    assert "damaged" in told(file, RunError)
    file = saved(finished(), tmp_path)
    rewritten(file, {"ranges": [[0, 800]]}, is_signed=True)
    assert "damaged" in told(file, RunError)


def test_any_flipped_bit_of_the_directory_is_one_line(tmp_path: Path) -> None:
    """Of an entry, which are all alike, and of the end."""
    part = finished(WHOLE_CHUNKS)
    file, whole = saved(part, tmp_path), part.tally
    content = file.read_bytes()
    first, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    second = content.index(b"PK\x01\x02", first + 4)
    for place in (*range(8 * first, 8 * second), *range(8 * end, 8 * len(content))):
        damaged = bytearray(content)
        damaged[place // 8] ^= 1 << place % 8
        file.write_bytes(damaged)
        with suppress(RunError, UsageError):
            assert_same(part_files.load(file).tally, whole)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.nmc"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
        for place in range(6):
            bomb.writestr(f"{place}.npy", bytes(100_000_000))
    tracemalloc.start()
    assert "damaged" in told(file, RunError)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_an_array_that_claims_more_than_it_has_is_refused(tmp_path: Path) -> None:
    file = saved(finished(), tmp_path)
    with zipfile.ZipFile(file) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    name = "whole/breaches.npy"
    entries[name] = entries[name].replace(b"(2,), }   ", b"(1099511627776,), }")
    with zipfile.ZipFile(file, "w") as new:
        for entry, content in entries.items():
            new.writestr(entry, content)
    assert "damaged" in told(file, RunError)


@pytest.mark.parametrize("kind", ["fifo", "device", "folder"])
def test_what_is_no_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "x"
    if kind == "fifo":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place = Path("/dev/zero")
    assert told(place, RunError) == f"{place}: cannot be read: it is not a file"


def test_a_file_larger_than_any_part_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with file.open("wb") as sparse:
        sparse.write(b"PK")
        sparse.truncate(1 << 34)
    assert "is not part of a run" in told(file, UsageError)


def test_twenty_thousand_fragments_take_no_time() -> None:
    pieces = [range(2 * k, 2 * k + 1) for k in range(200_000)]
    left = ranges.without([range(400_000)], pieces)
    assert left == tuple(range(2 * k + 1, 2 * k + 2) for k in range(200_000))
    assert ranges.shared([range(400_000)], pieces) == tuple(pieces)


def test_another_format_is_named(tmp_path: Path) -> None:
    file = saved(finished(), tmp_path)
    rewritten(file, {"format": "neocloud-mc/part/1"}, is_signed=True)
    assert "'neocloud-mc/part/1'; this program reads neocloud-mc/part/3" in told(file, UsageError)


def test_other_files_are_no_parts(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("name: base\n")
    assert "is not part of a run" in told(file, UsageError)
    with file.open("wb") as target:
        np.savez(target, numbers=np.arange(3))
    assert "is not part of a run" in told(file, UsageError)
    assert "cannot be read" in told(tmp_path / "nothing", RunError)
    assert "cannot be read" in told(tmp_path, RunError)


def test_a_file_with_python_objects_is_never_unpickled(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with file.open("wb") as target:
        np.savez(target, header=np.array([{}], dtype=object))
    assert "damaged" in told(file, RunError)


def test_a_full_disk_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = saved(blank(), tmp_path)
    before = file.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="cannot be written: No space left on device"):
        part_files.save(finished(), file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@given(st.integers(1, 1200), st.integers(1, 30))
def test_shares_divide_the_paths_at_whole_chunks(paths: int, total: int) -> None:
    shares = [blank(paths, Share(place, total)).share for place in range(1, total + 1)]
    assert [path for share in shares for path in share] == list(range(paths))
    assert all(share.start % KEY.chunk == 0 for share in shares)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0, 1, 1)])
def test_parts_in_any_order_and_repeated_are_the_whole(order: tuple[int, ...]) -> None:
    several = [finished(shard=share) for share in SHARES]
    found = merged(*(several[k] for k in order))
    assert not found.missing
    assert_same(found.tally, finished().tally)
    assert found.seconds == 4.5


def test_what_is_missing_is_known() -> None:
    first, second, third = (finished(shard=share) for share in SHARES)
    assert merged(third, first).missing == (second.share,)
    assert merged(second).missing == (first.share, third.share)


def test_overlapping_parts_are_refused() -> None:
    with pytest.raises(UsageError, match="part 1: overlaps part 0: both have paths 0 to 299"):
        merged(finished(), finished(shard=SHARES[0]))


def test_parts_that_contradict_each_other_are_refused() -> None:
    part = finished(shard=SHARES[0])
    other = replace(part, whole=replace(part.whole, breaches=part.whole.breaches + 1))
    with pytest.raises(UsageError, match="says something else than part 0 of the same paths"):
        merged(part, other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario": "other"}, "of another run: scenario other, not sample"),
        ({"seed": 2}, "of another run: seed 2, not 1"),
        ({"months": 12}, "of another run: months 12, not 24"),
        ({"digest": "sha256:1"}, "of another run: other figures in scenario sample"),
        ({"version": "0.2"}, r"made by version 0.2 \(model 0123\) of the program, not 0.1.0"),
        ({"model": "4567"}, r"made by version 0.1.0 \(model 4567\) of the program"),
    ],
)
def test_parts_of_other_runs_are_refused(change: dict[str, Any], message: str) -> None:
    first, second = finished(shard=SHARES[0]), finished(shard=SHARES[0])
    with pytest.raises(UsageError, match=f"part 1: is {message}"):
        merged(first, replace(second, key=replace(KEY, **change)))


def test_a_longer_run_takes_the_whole_chunks_of_a_shorter_one() -> None:
    shorter, longer = finished(950), finished(1800, Share(2, 2))
    for several in ((shorter, longer), (longer, shorter), (longer, shorter, longer)):
        found = merged(*several)
        assert (found.paths, found.missing) == (1800, ())
        assert_same(found.tally, finished(1800).tally)


Sets = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), max_size=6)


def as_ranges(pairs: list[tuple[int, int]]) -> list[range]:
    return [range(first, first + size) for first, size in pairs]


@given(Sets, Sets)
def test_ranges_are_sets_of_numbers(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    a, b = as_ranges(left), as_ranges(right)
    numbers = [{n for r in one for n in r} for one in (a, b)]
    for found, expected in (
        (ranges.joined(a), numbers[0]),
        (ranges.without(a, b), numbers[0] - numbers[1]),
        (ranges.shared(a, b), numbers[0] & numbers[1]),
    ):
        assert [n for r in found for n in r] == sorted(expected)
        assert ranges.count(found) == len(expected)
        assert all(x.stop < y.start for x, y in pairwise(found))
