"""On which paths a thing happened, for every measure that is the probability of one."""

from collections.abc import Collection, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.book import Book, Outcome
from neocloud_mc.studies.paired import Marks

Events: TypeAlias = Iterator[tuple[str, NDArray[np.bool_]]]
"""Full names, and for each path whether it happened."""


def mark(book: Book, outcome: Outcome, names: Collection[str]) -> dict[str, Marks]:
    """Marks of the paths of an outcome, by the measure's full name.

    Parameters
    ----------
    names : full names of measures; those that are no probability of an event are left out.
    """
    wanted = names if isinstance(names, set | frozenset) else frozenset(names)
    return {
        name: np.packbits(happened)
        for events in (_of_issuers, _of_tranches, _joint)
        for name, happened in events(book, outcome, wanted)
    }


def _of_issuers(book: Book, outcome: Outcome, names: Collection[str]) -> Events:
    for i, issuer in enumerate(book.issuers):
        prefix, month = f"issuers.{issuer.id}", outcome.default_month[i]
        for last in range(1, book.months + 1):
            if (name := f"{prefix}.pd.{last}") in names:
                yield name, (month > 0.0) & (month <= last)
        for number, cause in enumerate(CAUSES, start=1):
            if (name := f"{prefix}.causes.{cause}") in names:
                yield name, outcome.cause[i] == number
        if (name := f"{prefix}.breach.pd") in names:
            yield name, outcome.first_breach[i] > 0.0


def _of_tranches(book: Book, outcome: Outcome, names: Collection[str]) -> Events:
    for tranche, claim in zip(book.tranches, outcome.claim, strict=True):
        name = f"issuers.{book.issuers[tranche.issuer].id}.tranches.{tranche.id}.pd"
        if name in names:
            yield name, claim > 0.0


def _joint(book: Book, outcome: Outcome, names: Collection[str]) -> Events:
    if not any(name.startswith("joint.") for name in names):
        return
    has_defaulted = outcome.default_month > 0.0
    n_defaults = has_defaulted.sum(axis=0)
    for least in range(1, len(book.issuers) + 1):
        if (name := f"joint.at_least.{least}") in names:
            yield name, n_defaults >= least
    for i, row in enumerate(book.issuers):
        for j, column in enumerate(book.issuers):
            if (name := f"joint.pairs.{row.id}.{column.id}.joint") in names:
                yield name, has_defaulted[i] & has_defaulted[j]
