"""Which paths are wanted: conditions on what happened to an issuer, a tranche or the portfolio."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.causes import CAUSES
from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.results.expressions import amount, parse
from neocloud_mc.results.measures import Kind

Bools = NDArray[np.bool_]

_COMPARED: Final[Mapping[str, Callable[[Floats, float], Bools]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
}
_KINDS: Final[Mapping[str, Kind]] = {
    "default_month": "months",
    "first_breach": "months",
    "price_index": "level",
    "claim": "usd",
    "loss": "usd",
}
_CAUSE: Final = "cause"
_PORTFOLIO: Final = "portfolio.loss"
_EXAMPLE: Final = "acme.default_month <= 24"


@dataclass(frozen=True)
class Condition:
    """That a number of a path stands so to a limit.

    Parameters
    ----------
    what : a name of `known`, the issuer's and tranche's ids left out.
    issuer : position in the book; −1: the portfolio.
    tranches : positions of those that claim and lose.
    """

    what: str
    issuer: int
    tranches: tuple[int, ...]
    operator: str
    limit: float


def condition(book: Book, option: str, text: str) -> Condition:
    """Read a condition such as ``acme.default_month <= 24`` or ``acme.cause = liquidity``.

    Raises
    ------
    UsageError : none of these, or a name that the run does not have; names the nearest.
    """
    given = parse(option, text, tuple(_COMPARED), _EXAMPLE)
    names = known(book)
    if given.name not in names:
        near = get_close_matches(given.name, names, n=1)
        meant = f"did you mean {near[0]}?" if near else f"write it like {_EXAMPLE!r}"
        raise UsageError(f"{given.says}: {given.name[:100]} is nothing that a path has; {meant}")
    issuer, tranches = names[given.name]
    what = given.name.rpartition(".")[2]
    if what != _CAUSE:
        limit = amount(given, _KINDS[what], book.months)
        return Condition(what, issuer, tranches, given.operator, limit)
    if given.operator != "=" or given.number not in CAUSES:
        raise UsageError(f"{given.says}: a cause is = one of {', '.join(CAUSES)}")
    return Condition(what, issuer, tranches, "=", 1.0 + CAUSES.index(given.number))


def known(book: Book) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Names that conditions may have, with the position of the issuer and of the tranches."""
    names: dict[str, tuple[int, tuple[int, ...]]] = {}
    for i, issuer in enumerate(book.issuers):
        for what in (_CAUSE, *_KINDS):
            names[f"{issuer.id}.{what}"] = (i, book.tranches_of(i))
        for j in book.tranches_of(i):
            for what in ("claim", "loss"):
                names[f"{issuer.id}.{book.tranches[j].id}.{what}"] = (i, (j,))
    return names | {_PORTFOLIO: (-1, tuple(range(len(book.tranches))))}


def holds(book: Book, condition: Condition, outcome: Outcome) -> Bools:
    """bool[n], the paths on which it holds; a month that never comes is in no range."""
    values = _values(book, condition, outcome)
    return np.asarray(_COMPARED[condition.operator](values, condition.limit))


def index_at_default(outcome: Outcome, issuer: int) -> Floats:
    """float64[n], price index in the month of the issuer's default; NaN: it lives."""
    month = outcome.default_month[issuer].astype(np.int64)
    last = np.maximum(month, 1) - 1
    index = np.exp(outcome.log_index[last, np.arange(month.size)])
    return np.where(month > 0, index, np.nan)


def _values(book: Book, condition: Condition, outcome: Outcome) -> Floats:
    """float64[n], what a condition compares; NaN: there is none."""
    if condition.issuer < 0:
        shares = np.array([tranche.share for tranche in book.tranches])
        return np.asarray(np.einsum("j,jn->n", shares, outcome.loss))
    if condition.what == "price_index":
        return index_at_default(outcome, condition.issuer)
    if condition.what in ("claim", "loss"):
        of_tranches: Floats = getattr(outcome, condition.what)
        return np.asarray(of_tranches[list(condition.tranches)].sum(axis=0))
    of_issuers: Floats = getattr(outcome, condition.what)
    values = of_issuers[condition.issuer]
    return np.where(values > 0.0, values, np.nan)
