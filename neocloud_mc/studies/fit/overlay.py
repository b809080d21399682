"""The fitted figures as an overlay for `--with`, each with what it rests on and its range.

An entry that says where a figure is from and how well it is known is an assumption to the register,
not a source: a source is a fact, which `sensitivity` and `--parameter-uncertainty` leave alone.
"""

from neocloud_mc.errors import UsageError
from neocloud_mc.studies.fit.figures import DIGITS, Figure
from neocloud_mc.studies.fit.quotes import Quotes
from neocloud_mc.studies.fit.run import Fitted


def overlay(result: Fitted) -> dict[str, object]:
    """The figures that are known well enough as a tree, and for each of them its entry.

    Raises
    ------
    UsageError : there are none.
    """
    told = [figure for figure in result.figures if figure.is_told]
    if not told:
        raise UsageError(f"{result.market.quotes.name}: tells no figure well enough to write it")
    tree: dict[str, object] = {}
    for figure in told:
        here = tree
        *parents, last = figure.path.split(".")
        for key in parents:
            below = here.setdefault(key, {})
            assert isinstance(below, dict)
            here = below
        here[last] = figure.value.value
    fitted = [result.market.quotes, *([result.resale.quotes] if result.resale else [])]
    return {
        "description": f"Fitted to {' and '.join(map(told_of, fitted))}.",
        **tree,
        "assumptions": {figure.path: _entry(figure, result) for figure in told},
    }


def told_of(quotes: Quotes) -> str:
    """File, number and dates of the quotes."""
    first, last = quotes.name_of(0), quotes.name_of(quotes.n_months - 1)
    n, providers = len(quotes.month), len({provider for provider, _ in quotes.providers})
    many = f"{providers} provider{'s' * (providers > 1)}"
    return f"{quotes.name}, {n} monthly quotes of {many}, {first} to {last}"


def _entry(figure: Figure, result: Fitted) -> str:
    is_of_resale = figure.path.endswith((".elasticity", ".depreciation"))
    if is_of_resale and result.resale is not None:
        text = f"{told_of(result.resale.quotes)}; local level with the smoothed price"
    else:
        text = f"{told_of(result.market.quotes)}; Kalman filter of a local level"
    prior = result.market.prior
    if figure.path == "market.price.obsolescence" and prior is not None:
        text += f", prior of the drift {prior.value:g} ± {prior.error:g}"
    error = f"{figure.error:.2g}" + " in logs" * figure.path.endswith(".price")
    low, high = (f"{end or 0.0:.{DIGITS}g}" for end in (figure.value.low, figure.value.high))
    return f"{text}; standard error {error}; range {low} to {high}"
