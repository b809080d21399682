"""Rare events: what is asked, on which paths it happens, and how near a path comes to it."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.errors import UsageError
from neocloud_mc.results.book import Book, Floats, Outcome
from neocloud_mc.results.expressions import Expression, amount, parse
from neocloud_mc.results.figures import LEVELS
from neocloud_mc.results.histogram import Counts
from neocloud_mc.results.measures import resolve

Bools = NDArray[np.bool_]
Kind = Literal["default", "loss", "joint", "portfolio"]

_COMPARED: Final = set("<>=")
_LOSS: Final = ".loss"
_OF_TRANCHES: Final = ("pd", "lgd", "expected_loss", "expected_loss_rate")
_NEXT: Final = 100.0
"""More than the log index ever moves."""


@dataclass(frozen=True)
class RareEvent:
    """The rare event.

    Parameters
    ----------
    path : full name of the measure that was asked for.
    issuer : position of the issuer whose default decides the event, −1 for none.
    tranches : positions of the tranches that lose.
    level : last month of a default; number of defaults; per mille of the portfolio's loss.
    beyond : the loss that the event exceeds, USD; None where a pilot has to find it.
    """

    path: str
    kind: Kind
    issuer: int
    tranches: tuple[int, ...]
    level: int = 0
    beyond: float | None = 0.0


def find_event(book: Book, name: str) -> RareEvent:
    """The event behind a measure, or behind a condition such as ``acme.senior.loss > 2e8``.

    Raises
    ------
    UsageError : no such measure, or one that no rare event stands behind.
    """
    if _COMPARED & set(name):
        return _exceedance(book, parse("--tail", name, (">",), "acme.senior.loss > 2e8"))
    found = _event(book, resolve(book, name))
    if found is None:
        raise UsageError(
            f"--tail {name}: no rare event stands behind it; give a pd, an lgd, an expected loss, "
            "joint.at_least.N, portfolio.var.LEVEL or a condition such as 'acme.senior.loss > 2e8'"
        )
    return found


def stands_for(book: Book, path: str) -> bool:
    """Whether a rare event stands behind the measure of that full name."""
    return _event(book, path) is not None


def _event(book: Book, path: str) -> RareEvent | None:
    """The event behind the measure of that full name."""
    match path.split("."):
        case ["issuers", issuer, "pd", month]:
            return RareEvent(path, "default", _place(book, issuer), (), int(month))
        case ["issuers", issuer, "lgd" | "expected_loss" | "expected_loss_rate"]:
            place = _place(book, issuer)
            return RareEvent(path, "loss", place, book.tranches_of(place))
        case ["issuers", issuer, "tranches", tranche, measure] if measure in _OF_TRANCHES:
            place = _place(book, issuer)
            chosen = tuple(j for j in book.tranches_of(place) if book.tranches[j].id == tranche)
            return RareEvent(path, "loss", place, chosen)
        case ["joint", "at_least", count]:
            return RareEvent(path, "joint", -1, (), int(count))
        case ["portfolio", *rest] if rest[0] != "by_month_12":
            level = LEVELS[".".join(rest[1:])] if len(rest) > 1 else max(LEVELS.values())
            return RareEvent(path, "portfolio", _only_held(book), (), level, beyond=None)
    return None


def _exceedance(book: Book, given: Expression) -> RareEvent:
    """The event that an issuer, a tranche or the portfolio loses more than so much, USD."""
    owner = given.name.removesuffix(_LOSS)
    if owner == given.name:
        raise UsageError(
            f"{given.says}: a rare event exceeds a loss, as in 'acme.senior.loss > 2e8'; "
            "or give a measure alone"
        )
    beyond = amount(given, "usd", book.months)
    if owner == "portfolio":
        return RareEvent("portfolio.loss", "portfolio", _only_held(book), (), beyond=beyond)
    of = find_event(book, f"{owner}.expected_loss")
    return replace(of, path=of.path.replace("expected_loss", "loss"), beyond=beyond)


def events(book: Book, event: RareEvent, outcome: Outcome, threshold: float) -> Bools:
    """bool[n], the paths on which the event happens; `threshold` is the loss to exceed, USD."""
    if event.kind == "default":
        month = outcome.default_month[event.issuer]
        return np.asarray((month > 0.0) & (month <= event.level))
    if event.kind == "joint":
        return np.asarray(_defaults(book, outcome) >= event.level)
    return np.asarray(lost(book, event, outcome) > threshold)


def severity(book: Book, event: RareEvent, outcome: Outcome) -> Floats:
    """float64[n], how near a path comes to the event: the larger, the nearer.

    A larger loss comes before a smaller one, more defaults before fewer, and among like paths the
    one with the lower price index.
    """
    lowness = -outcome.log_index[event.level - 1 if event.kind == "default" else -1]
    if event.kind == "joint":
        return np.asarray(_NEXT * _defaults(book, outcome) + lowness)
    has_defaulted = outcome.default_month > 0.0
    defaults = has_defaulted.sum(axis=0) if event.issuer < 0 else has_defaulted[event.issuer]
    return np.asarray(_NEXT * defaults + _NEXT**2 * lost(book, event, outcome) + lowness)


def lost(book: Book, event: RareEvent, outcome: Outcome) -> Floats:
    """float64[n], loss of the event's tranches, or of the portfolio, USD, not discounted."""
    if event.kind == "portfolio":
        shares = np.array([tranche.share for tranche in book.tranches])
        return np.asarray(np.einsum("j,jn->n", shares, outcome.loss))
    return np.asarray(outcome.loss[list(event.tranches)].sum(axis=0))


def _defaults(book: Book, outcome: Outcome) -> Counts:
    """int64[n], issuers without a parent that default."""
    return np.asarray(np.count_nonzero(outcome.default_month[list(book.heads)] > 0.0, axis=0))


def _place(book: Book, issuer: str) -> int:
    return [entry.id for entry in book.issuers].index(issuer)


def _only_held(book: Book) -> int:
    """Position of the one issuer whose debt the portfolio holds; −1 if there are several."""
    held = {tranche.issuer for tranche in book.tranches if tranche.share > 0.0}
    return held.pop() if len(held) == 1 else -1
