"""A part of a run: which run, which of its paths, and the tally of those."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from neocloud_mc.results.integrity import check
from neocloud_mc.results.shards.ranges import WHOLE, Ranges, Share, count, joined, without
from neocloud_mc.results.tally import Tally, alike, merge


@dataclass(frozen=True)
class RunKey:
    """What parts must share to be parts of one run: all that decides a path.

    Parameters
    ----------
    digest : of all the rest and of the scenario's terms.
    chunk : paths; parts are cut at its multiples.
    model : digest of the code that decides a tally.
    version : of the program.
    """

    scenario: str
    digest: str
    seed: int
    months: int
    chunk: int
    model: str
    version: str

    def difference(self, other: "RunKey") -> str | None:
        """How the other one differs, for a reader; none: it does not."""
        if (self.version, self.model) != (other.version, other.model):
            mine, its = (f"{key.version} (model {key.model})" for key in (self, other))
            return f"made by version {its} of the program, not {mine}"
        for name in ("scenario", "seed", "months", "chunk"):
            mine, its = getattr(self, name), getattr(other, name)
            if mine != its:
                return f"of another run: {name} {its}, not {mine}"
        if self.digest != other.digest:
            return f"of another run: other figures in scenario {self.scenario}"
        return None


@dataclass(frozen=True)
class Part:
    """Some paths of a run, tallied.

    Parameters
    ----------
    paths : of the run.
    whole : tally of `ranges`.
    tail : tally of the run's last chunk if that has fewer paths than others and is done.
    seconds : that simulating them took.
    command : what makes the whole run, word by word.
    """

    key: RunKey
    paths: int
    whole: Tally
    shard: Share = WHOLE
    ranges: Ranges = ()
    tail: Tally | None = None
    seconds: float = 0.0
    command: Sequence[str] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> range:
        """The paths that it is to have: whole chunks, but for the run's last."""
        (place, total), chunk = self.shard, self.key.chunk
        n_chunks = -(-self.paths // chunk)
        first, stop = (n_chunks * n // total * chunk for n in (place - 1, place))
        return range(first, min(stop, self.paths))

    @property
    def tail_range(self) -> range:
        """The paths of the tail; empty if there is none."""
        first = self.paths - self.paths % self.key.chunk
        return range(first, first + (self.tail.n if self.tail else 0))

    @property
    def covered(self) -> Ranges:
        """The paths that it has."""
        return joined((*self.ranges, self.tail_range))

    @property
    def missing(self) -> Ranges:
        """The paths of its share that it lacks."""
        return without([self.share], self.covered)

    @property
    def tally(self) -> Tally:
        """Of all paths that it has."""
        return merge(self.whole, self.tail) if self.tail else self.whole

    def check(self) -> None:
        """Make sure that what it says of itself agrees.

        Raises
        ------
        ValueError : it does not.
        """
        (place, total), chunk = self.shard, self.key.chunk
        whole, tail = self.whole, self.tail
        numbers = (self.key.seed, self.key.months, chunk, self.paths, place, total)
        ends = [end for one in self.ranges for end in (one.start, one.stop)]
        agrees = (
            all(type(number) is int for number in (*numbers, *ends))
            and all(type(name) is str for name in (self.key.scenario, *self.command))
            and isinstance(self.manifest, Mapping)
            and 0.0 <= self.seconds < math.inf
            and chunk > 0
            and self.paths > 0
            and 1 <= place <= total
            and all(end % chunk == 0 for end in ends)
            and self.ranges == joined(self.ranges)
            and all(0 <= end <= self.paths for end in ends)
            and whole.n == count(self.ranges)
            and self.key.months == whole.defaults.shape[-1]
            and (tail is None or (0 < tail.n == self.paths % chunk and alike(whole, tail)))
        )
        if not agrees:
            raise ValueError("the parts of a part do not agree")
        for one in filter(None, (whole, tail)):
            check(one)

    def plus(self, chunk: range, tally: Tally) -> "Part":
        """The part with one more chunk."""
        if len(chunk) < self.key.chunk:
            return replace(self, tail=tally)
        return replace(self, ranges=joined((*self.ranges, chunk)), whole=merge(self.whole, tally))

    def of_run(self, paths: int) -> "Part":
        """The part as one of a run of so many paths, which may have another last chunk."""
        return self if paths == self.paths else replace(self, paths=paths, tail=None)

    def joined(self, other: "Part") -> "Part":
        """The part with the paths of another one of the same run, none of which it has."""
        return replace(
            self,
            ranges=joined((*self.ranges, *other.ranges)),
            whole=merge(self.whole, other.whole),
            tail=self.tail or other.tail,
            seconds=self.seconds + other.seconds,
        )
