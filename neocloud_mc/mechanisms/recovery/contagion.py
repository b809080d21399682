"""What a default does to the others: GPUs on the market, the climate, fire sales."""

from neocloud_mc import jit
from neocloud_mc.jit import Record, Table
from neocloud_mc.mechanisms.recovery.terms import MEMORY


@jit.step
def clear_contagion(market: Record) -> None:
    """Begin counting what earlier defaults do to the market; mutates `market`."""
    for i in range(len(market.released)):
        market.released[i] = 0.0
        market.recent_defaults[i] = 0.0


@jit.step
def spread(t: int, market: Record, issuer: Record) -> None:
    """Add D_t and K_t of one issuer's earlier default; mutates `released`, `recent_defaults`.

    A vehicle is not counted in K_t.
    """
    months = market.resale_months
    share = 1.0 / (months * market.total_gpus)
    counted = 1.0 if issuer.parent < 0 else 0.0
    for i in range(len(market.released)):
        default_month = issuer.default_month[i]
        age = t - default_month
        is_past = default_month > 0.0
        market.released[i] += issuer.liquidated[i] * share if is_past & (age <= months) else 0.0
        market.recent_defaults[i] += counted if is_past & (age <= MEMORY) else 0.0


@jit.step
def count_gpus(t: int, issuer: Record, lots: Table) -> None:
    """Count paid-for GPUs of an issuer that defaults this month; mutates `issuer.gpus_lost`."""
    if issuer.n_defaults > 0.0:
        for k in range(issuer.first_lot, issuer.end_lot):
            _count_lot(t, issuer, lots[k])


@jit.step
def _count_lot(t: int, issuer: Record, lot: Record) -> None:
    """Count the lot where it is paid for and its issuer defaults; mutates `issuer.gpus_lost`."""
    count = lot.count if lot.pay_month <= t else 0.0
    for i in range(len(issuer.gpus_lost)):
        defaults = (issuer.default_month[i] == t) & (lot.cancelled[i] == 0.0)
        issuer.gpus_lost[i] += count if defaults else 0.0


@jit.step
def clear_stress(market: Record) -> None:
    """Begin the sum over issuers of `add_stress`; mutates `market.stress`."""
    for i in range(len(market.stress)):
        market.stress[i] = 0.0


@jit.step
def add_stress(t: int, market: Record, issuer: Record) -> None:
    """Add S_t of one issuer, a share of the market's GPUs; mutates `market.stress`."""
    share = 1.0 / market.total_gpus
    for i in range(len(market.stress)):
        default_month = issuer.default_month[i]
        is_recent = (default_month > 0.0) & (t - default_month < MEMORY)
        market.stress[i] += issuer.gpus_lost[i] * share if is_recent else 0.0
