"""Exact sums over paths, so that the way in which paths were grouped never shows in a result.

Within a chunk the second moments are summed around the chunk's mean (nothing cancels); the chunk's
sums are then turned into fixed-point integers of any length, and integers add without rounding:

    Σ x = n m,   Σ x y = n m_x m_y + Σ (x − m_x)(y − m_y),   m the chunk's mean in 2^-64 USD

Merging is therefore associative and commutative to the last bit, whatever the threads or shards.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from neocloud_mc.results.book import Floats

Integers: TypeAlias = NDArray[Any]
"""object[...]: Python integers, of any length."""

_BITS: Final = 64
_ROUNDING: Final = 10**9
"""One in so many: more than the products of a chunk are rounded by."""
_integer = np.frompyfunc(int, 1, 1)


@dataclass(frozen=True)
class Moments:
    """First and second moments of a few variables, row by row (issuers, tranches).

    Parameters
    ----------
    n : paths.
    total : object[variables, rows], Σ x in 2^-64 USD.
    product : object[variables, variables, rows], Σ x y in 2^-128 USD².
    """

    n: int
    total: Integers
    product: Integers

    def __add__(self, other: "Moments") -> "Moments":
        """The moments of both samples together; exact."""
        return Moments(self.n + other.n, self.total + other.total, self.product + other.product)

    def mean(self, row: int, variable: int = 0) -> float:
        """Mean of a variable in its unit; needs n > 0."""
        return self.mean_over(row, variable, self.n)[0]

    def standard_error(self, row: int, variable: int = 0) -> float:
        """Standard error of that mean; needs n > 0."""
        return self.mean_over(row, variable, self.n)[1]

    def mean_over(self, row: int, variable: int, events: int) -> tuple[float, float]:
        """Mean over `events` paths, the only ones on which it is not 0, and its standard error.

        Needs an event.
        """
        total, square = self.total[variable, row], self.product[variable, variable, row]
        variance = (events * square - total**2) / (events**2 * max(events - 1, 1))
        error = float(max(variance, 0.0) ** 0.5 / 2.0**_BITS)
        return float(total / (events << _BITS)), error

    def ratio(self, row: int) -> tuple[float, float]:
        """Mean of variable 0 over mean of variable 1, and its standard error (delta method).

        Needs n > 0 and a mean of variable 1 that is not 0. The residuals y − R x sum to 0, so
        their sum of squares is Σy² − 2 R Σxy + R² Σx², here without rounding.
        """
        y, x = self.total[:, row]
        yy, xy, xx = self.product[0, 0, row], self.product[0, 1, row], self.product[1, 1, row]
        residual = yy * x * x - 2 * xy * x * y + xx * y * y
        variance = residual / (x**4) * (self.n / max(self.n - 1, 1))
        return y / x, float(max(variance, 0.0)) ** 0.5


@dataclass(frozen=True)
class Totals:
    """Sums of amounts that are not negative.

    Parameters
    ----------
    total : object[rows, columns], in 2^-64 USD.
    """

    total: Integers

    def __add__(self, other: "Totals") -> "Totals":
        """The sums over both samples; exact."""
        return Totals(self.total + other.total)

    def mean(self, row: int, column: int, n: int) -> float:
        """Mean over n paths, n > 0, USD."""
        return float(self.total[row, column] / (n << _BITS))


def totals(sums: Floats) -> Totals:
    """The sums of one chunk, float64[rows, columns], finite, USD."""
    return Totals(np.asarray(_integer(np.ldexp(sums, _BITS)), dtype=object))


def is_possible(found: Moments) -> bool:
    """Whether amounts that are not negative can have such moments (Cauchy-Schwarz).

    Products are floats in a chunk: where one amount is a fixed share of the other, the inequality
    is an equation that holds but for their rounding.
    """
    total, product, n = found.total, found.product, found.n
    squares = product.diagonal().T
    most = squares + squares // _ROUNDING
    return bool(
        (total >= 0).all()
        and (squares >= 0).all()
        and (n * most >= total**2).all()
        and (n > 0 or (squares == 0).all())
        and (product == product.swapaxes(0, 1)).all()
        and (product**2 <= most[:, None] * most[None, :]).all()
    )


def moments(*variables: Floats) -> Moments:
    """Moments of one chunk.

    Parameters
    ----------
    variables : float64[rows, n] each, finite, USD.
    """
    rows, n = variables[0].shape
    means = [x.mean(axis=1) if n else np.zeros(rows) for x in variables]
    centred = [x - mean[:, None] for x, mean in zip(variables, means, strict=True)]
    pairs = combinations_with_replacement(centred, 2)
    return exactly(n, np.column_stack([*means, *(np.einsum("rn,rn->r", *pair) for pair in pairs)]))


def exactly(n: int, sums: Floats) -> Moments:
    """Moments of n paths from the sums of a chunk.

    Parameters
    ----------
    sums : float64[rows, columns], finite: means of the variables, then the sums of the products of
        their deviations, xx, xy, yy; of one variable its mean and xx.
    """
    count = 1 if sums.shape[1] == 2 else 2
    mean, products = np.array(sums[:, :count].T, order="C"), sums[:, count:].T
    around_mean = np.empty((count, count, len(sums)))
    for product, (a, b) in zip(
        products, combinations_with_replacement(range(count), 2), strict=True
    ):
        around_mean[a, b] = around_mean[b, a] = product
    units: Integers = np.asarray(_integer(np.ldexp(mean, _BITS)))
    squares = n * units[:, None] * units[None, :]
    return Moments(n, n * units, squares + _integer(np.ldexp(around_mean, 2 * _BITS)))
