"""Parts of one run -> one part, whatever their order."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from neocloud_mc.errors import RunError, UsageError
from neocloud_mc.results.shards.part import Part
from neocloud_mc.results.shards.part_files import fingerprint
from neocloud_mc.results.shards.ranges import WHOLE, Ranges, joined, shared, told
from neocloud_mc.results.tally import alike


@dataclass(frozen=True)
class _Content:
    """What is remembered of a part; equal where parts repeat each other exactly."""

    paths: int = field(compare=False)
    ranges: Ranges
    tail: range
    fingerprint: str

    @classmethod
    def of(cls, part: Part) -> "_Content":
        return cls(part.paths, part.ranges, part.tail_range, fingerprint(part))

    @property
    def touched(self) -> Ranges:
        """All paths that it has."""
        return joined((*self.ranges, self.tail))

    def within(self, paths: int) -> Ranges:
        """What it gives a run of so many paths."""
        return self.touched if paths == self.paths else self.ranges


def unite(named: Iterable[tuple[str, Part]]) -> Part:
    """Put parts together, one after the other; one that repeats another exactly is left out.

    Parameters
    ----------
    named : at least one part, each with a name for messages.

    Returns
    -------
    A part of the largest run that was named, with the first part's command and manifest.

    Raises
    ------
    UsageError : parts of different runs, or two that share paths and are not the same.
    RunError : a part that cannot be of the run that it names.
    """
    whole: Part | None = None
    seen: dict[str, _Content] = {}
    taken: Ranges = ()
    for name, part in named:
        content = _Content.of(part)
        rivals = seen if shared(content.touched, taken) else {}
        if whole is None:
            whole = replace(part, shard=WHOLE)
        elif difference := whole.key.difference(part.key):
            first = next(iter(seen))
            raise UsageError(f"{name}: is {difference} as {first}: leave one of them out")
        elif not alike(whole.whole, part.whole):
            raise RunError(f"{name}: is damaged: its tally is of other issuers or months")
        elif content not in rivals.values():
            _refuse_overlap(name, content, rivals)
            paths = max(whole.paths, part.paths)
            whole = whole.of_run(paths).joined(part.of_run(paths))
        seen[name] = content
        taken = joined((*taken, *content.touched))
    if whole is None:
        raise UsageError("no part of a run is given")
    return whole


def _refuse_overlap(name: str, content: _Content, seen: dict[str, _Content]) -> None:
    """Refuse a part with paths that are there already; tails of shorter runs do not count."""
    for earlier, other in seen.items():
        paths = max(content.paths, other.paths)
        mine, its = content.within(paths), other.within(paths)
        if mine and mine == its:
            raise UsageError(
                f"{name}: says something else than {earlier} of the same paths: one of them is "
                "wrong; simulate both again"
            )
        for both in shared(mine, its):
            raise UsageError(
                f"{name}: overlaps {earlier}: both have {told(both)}; leave one of them out"
            )
