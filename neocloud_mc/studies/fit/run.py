"""Quotes beside a scenario: what they tell of its market, and what stays as it was assumed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from neocloud_mc.errors import UsageError
from neocloud_mc.notation import DECIMAL
from neocloud_mc.scenario import data
from neocloud_mc.scenario.checks import usual
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.yaml.reading import UnreadableError
from neocloud_mc.studies.fit.figures import Figure, figures, known
from neocloud_mc.studies.fit.level import Parameter, library
from neocloud_mc.studies.fit.market import MarketFit, ResaleFit, fit, fit_resale
from neocloud_mc.studies.fit.quotes import Quotes, monthly
from neocloud_mc.studies.fit.reading import read

_STEEPEST: Final = 10.0
"""A drift of so much a year multiplies prices by more than 20,000."""
_PRIOR: Final = re.compile(rf"\s*drift\s*=\s*({DECIMAL})\s*(?:±|\+/?-)\s*({DECIMAL})\s*")


class File(NamedTuple):
    """A file of quotes."""

    name: str
    text: str


@dataclass(frozen=True)
class Fitted:
    """A market fitted to quotes.

    Parameters
    ----------
    scenario : beside which the figures stand; `base_date` is its own.
    unknown : types of the quotes that the scenario does not have.
    kept : figures that no quotes tell, by path.
    """

    scenario: str
    base_date: str | None
    market: MarketFit
    resale: ResaleFit | None
    figures: tuple[Figure, ...]
    unknown: tuple[str, ...]
    kept: Mapping[str, float]


def opened(name: str) -> File:
    """A file of quotes, by path or `@name`.

    Raises
    ------
    UsageError : it cannot be read.
    """
    try:
        return File(name, data.text(name))
    except UnreadableError as error:
        raise UsageError(str(error.mistake)) from None


def prior(texts: Sequence[str]) -> Parameter | None:
    """Read what was held of the drift before, mean and standard deviation: ``drift=-0.2±0.15``.

    Parameters
    ----------
    texts : none: nothing was held.

    Raises
    ------
    UsageError : one cannot be read or leaves nothing open, or there are several.
    """
    found = [_prior(text) for text in texts]
    if len(found) > 1:
        raise UsageError(f"--prior: drift is held twice, {' and '.join(texts)}: leave one of them")
    return found[0] if found else None


def _prior(text: str) -> Parameter:
    found = _PRIOR.fullmatch(text)
    if found is None:
        raise UsageError(f"--prior {text}: drift=MEAN±DEVIATION is expected, as in drift=-0.2±0.15")
    mean, deviation = (float(part.replace("_", "")) for part in found.groups())
    if not (abs(mean) <= _STEEPEST and 0.0 < deviation <= _STEEPEST):
        raise UsageError(
            f"--prior {text}: a drift a year lies between -{_STEEPEST:g} and {_STEEPEST:g}, its "
            f"deviation above 0 and at most {_STEEPEST:g}"
        )
    return Parameter(mean, deviation)


def fitted(loaded: Loaded, prices: File, resale: File | None, held: Parameter | None) -> Fitted:
    """Fit the market of a scenario to quotes.

    Parameters
    ----------
    held : prior of the drift.

    Raises
    ------
    UsageError : a file that cannot be read, too few months, or no library for the filter.
    """
    quoted = _monthly(prices)
    used_quoted = None if resale is None else _monthly(resale)
    library()
    scenario = loaded.scenario
    market = fit(quoted, known(scenario), held)
    used = None if used_quoted is None else fit_resale(used_quoted, market)
    types = {key.lower() for key in scenario.gpus}
    price = scenario.market.price
    return Fitted(
        scenario=scenario.name,
        base_date=None if scenario.base_date is None else scenario.base_date.isoformat(),
        market=market,
        resale=used,
        figures=tuple(figures(scenario, market, used)),
        unknown=tuple(gpu for gpu in market.quotes.gpus if gpu not in types),
        kept={
            "market.price.reversion": price.reversion,
            "market.price.launch.per_year": price.launch.per_year,
            "market.price.launch.mean": price.launch.mean,
            "market.price.launch.sd": price.launch.sd,
            "market.regime.mean_years.shortage": scenario.market.regime.mean_years.shortage,
            "market.regime.mean_years.glut": scenario.market.regime.mean_years.glut,
        },
    )


def doubts(result: Fitted) -> Iterator[str]:
    """Types whose median quote is no usual price: another unit, or another file."""
    yield from _doubts(result.market.quotes, "price")
    if result.resale is not None:
        yield from _doubts(result.resale.quotes, "resale")


def _doubts(quotes: Quotes, key: str) -> Iterator[str]:
    for gpu in quotes.gpus:
        tree = {"gpus": {gpu: {key: float(f"{quotes.median(gpu):.4g}")}}}
        for remark in usual.doubts(tree):
            yield f"{quotes.name}: warning: the median quote of {gpu}: {remark.text}"


def _monthly(file: File) -> Quotes:
    return monthly(read(file.text, file.name), file.name)
