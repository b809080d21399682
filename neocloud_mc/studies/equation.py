"""A measure and the number that it is to be, as a command line gives them: ``acme.pd.60=0.5``."""

from neocloud_mc.results.book import Book
from neocloud_mc.results.expressions import amount, parse
from neocloud_mc.results.measures import kind, resolve


def read(book: Book, option: str, text: str, example: str) -> tuple[str, float]:
    """The full name of the measure, and the number in its unit.

    Parameters
    ----------
    option, example : as in `results.expressions.parse`.

    Raises
    ------
    UsageError : no such measure, no number, or none that the measure can be.
    """
    given = parse(option, text, ("=",), example)
    measure = resolve(book, given.name)
    return measure, amount(given, kind(measure), book.months)
