"""A row for each path and issuer: when it defaults, why, what its lenders claim and lose."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.run import Chunk, chunks, over_chunks
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.raw_paths.conditions import Condition, holds, index_at_default

Ints = NDArray[np.int64]
Kind: TypeAlias = Literal["number", "count", "word"]

_AMOUNTS: Final = ("claim", "loss")


@dataclass(frozen=True)
class Field:
    """A column of the rows.

    Parameters
    ----------
    kind : a float64 or an int64 (missing: NaN, 0), or the position of a word (missing: −1).
    words : of a word.
    """

    name: str
    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of some paths, path by path and in each path issuer by issuer.

    Parameters
    ----------
    paths : of how many paths they are.
    columns : by name of the field, [rows] each.
    """

    paths: int
    columns: Mapping[str, Floats | Ints]


def fields(book: Book) -> tuple[Field, ...]:
    """The columns, the same for every block of rows; tranches of one id share two of them."""
    tranches = dict.fromkeys(tranche.id for tranche in book.tranches)
    return (
        Field("path", "count"),
        Field("issuer", "word", tuple(issuer.id for issuer in book.issuers)),
        Field("default_month", "count"),
        Field("cause", "word", CAUSES),
        Field("first_breach", "count"),
        Field("price_index", "number"),
        *(Field(amount, "number") for amount in _AMOUNTS),
        *(Field(f"{amount}.{name}", "number") for name in tranches for amount in _AMOUNTS),
    )


def raw_paths(
    scenario: Scenario,
    where: Sequence[Condition],
    effort: Effort,
    told: Callable[[int], None],
) -> Iterator[Rows]:
    """Simulate and yield the rows of the paths on which all conditions hold, in their order.

    Parameters
    ----------
    told : how many paths are done, after every chunk.
    """
    book = open_book(scenario)

    def work(outcome: Outcome) -> tuple[NDArray[np.intp], Outcome]:
        wanted = np.ones(outcome.log_index.shape[1], np.bool_)
        for one in where:
            wanted &= holds(book, one, outcome)
        chosen = np.flatnonzero(wanted)
        return chosen, _only(outcome, chosen)

    results = over_chunks(
        scenario, paths=effort.paths, seed=effort.seed, threads=effort.threads, work=work
    )
    done = 0
    with closing(results):
        for chunk, (chosen, outcome) in zip(chunks(effort.paths), results, strict=True):
            if chosen.size:
                yield Rows(chosen.size, dict(_columns(book, chunk, chosen, outcome)))
            done += len(chunk)
            told(done)


def _only(outcome: Outcome, chosen: NDArray[np.intp]) -> Outcome:
    """The outcome on some of the paths."""
    names = ("default_month", "cause", "first_breach", "claim", "loss", "log_index")
    return replace(outcome, **{name: getattr(outcome, name)[:, chosen] for name in names})


def _columns(
    book: Book, chunk: Chunk, chosen: NDArray[np.intp], outcome: Outcome
) -> Iterator[tuple[str, Floats | Ints]]:
    issuers = len(book.issuers)
    yield "path", np.repeat(chunk.start + chosen.astype(np.int64), issuers)
    yield "issuer", np.tile(np.arange(issuers), chosen.size)
    yield "default_month", _by_path(outcome.default_month).astype(np.int64)
    yield "cause", _by_path(outcome.cause).astype(np.int64) - 1
    yield "first_breach", _by_path(outcome.first_breach).astype(np.int64)
    yield "price_index", _by_path(np.stack([index_at_default(outcome, i) for i in range(issuers)]))
    for amount in _AMOUNTS:
        of_tranches: Floats = getattr(outcome, amount)
        totals = [of_tranches[list(book.tranches_of(i))].sum(axis=0) for i in range(issuers)]
        yield amount, _by_path(np.stack(totals))
    for name in dict.fromkeys(tranche.id for tranche in book.tranches):
        for amount in _AMOUNTS:
            yield f"{amount}.{name}", _by_path(_of_tranche(book, name, getattr(outcome, amount)))


def _of_tranche(book: Book, name: str, amounts: Floats) -> Floats:
    """float64[issuers, n], the amounts of each issuer's tranche of that id; NaN: it has none."""
    found = np.full((len(book.issuers), amounts.shape[1]), np.nan)
    for j, tranche in enumerate(book.tranches):
        if tranche.id == name:
            found[tranche.issuer] = amounts[j]
    return found


def _by_path(values: Floats) -> Floats:
    """[issuers, n] as [n · issuers], all issuers of a path side by side."""
    return np.ascontiguousarray(values.T).ravel()
