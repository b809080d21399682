"""Money and months of an account."""

from typing import Final

from neocloud_mc.studies.ledger.ledger import Ledger, LedgerMonth
from neocloud_mc.views.render.calendar_months import beside
from neocloud_mc.views.render.numbers import UNDEFINED

_MILLION: Final = 1e6


def millions(amount: float) -> str:
    """Dollars as millions to a hundredth; zero as a dash, so that the eye finds the rest."""
    text = f"{amount / _MILLION:,.2f}"
    return UNDEFINED if text in ("0.00", "-0.00") else text.replace("-", "−")


def when(ledger: Ledger, entry: LedgerMonth) -> str:
    """The month of an entry, or the last of its quarter."""
    return beside(entry.month, ledger.base_date)
