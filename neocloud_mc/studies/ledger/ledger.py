"""One path of one issuer, month by month: what `explain` shows."""

import math
from dataclasses import dataclass

from neocloud_mc.errors import RunError
from neocloud_mc.results.book import BOUNDLESS, ProbabilityMeasure


@dataclass(frozen=True)
class CovenantTest:
    """A limit of a tranche and what was measured against it.

    Parameters
    ----------
    measured : ``DSCR``, ``LTV`` or ``liquidity``, the last in USD.
    value : None where there is no debt service, which passes.
    """

    tranche: str
    measured: str
    value: float | None
    limit: float
    fails: bool


@dataclass(frozen=True)
class VehicleMonth:
    """What passed between a vehicle and its parent in a month, USD.

    Parameters
    ----------
    distributed : sent up.
    called, cured : paid by the parent for what was short, and for failed covenants.
    lots : paid by the parent for lots, beyond what lenders lend.
    trapped : of the vehicle's cash, prepaid to its lenders instead of sent up, cures included.
    """

    id: str
    distributed: float
    called: float
    cured: float
    lots: float
    trapped: float


@dataclass(frozen=True)
class LedgerMonth:
    """A month of an issuer's life on one path; money in USD, this month's flows unless said.

    Every month adds up: cash = cash_before + interest_income + cfads + deposits_received −
    purchases + financed − interest − scheduled − balloons − refunds + borrowed + equity − prepaid +
    from_group, except in the month of a payment default, when nothing due is paid and what there is
    goes to the estate.

    Parameters
    ----------
    price_index : exp(x_t), 1 at the base date.
    climate, spread : effective funding climate e_t; market credit spread per year.
    gpus_running, gpus_contracted : GPUs in service, and let under contracts.
    purchases, financed : cost of lots, and what delayed draws lend of it.
    own_capex : what it pays itself of purchases, of those of its vehicles, too.
    deposits_received, deposits_used, refunds : rent paid ahead, earned, and given back.
    borrowed : from revolvers and notes; prepaid : revolvers repaid, sweeps and cures.
    called, calls : made up by the parent for a vehicle, and by a parent for its vehicles.
    cured_by_parent, cures : the same for failed covenants.
    distributed, received : sent up by a vehicle, and received by its parent.
    residual : what estates of vehicles left to their parent.
    balances : of tranches at the end of the month, by id; debt is their sum.
    dscr : of the last three months, where covenants were tested; else None.
    tests : of covenants, where they fell in this month.
    vehicles : of a parent, each of its vehicles; of a vehicle, itself; else empty.
    events : what happened, in words, in the order of the month.
    """

    month: int
    is_glut: bool
    price_index: float
    climate: float
    spread: float
    gpus_running: float
    gpus_contracted: float
    contracted: float
    backstopped: float
    let_spot: float
    opex: float
    cfads: float
    cash_before: float
    interest_income: float
    purchases: float
    financed: float
    own_capex: float
    deposits_received: float
    deposits_used: float
    refunds: float
    interest: float
    scheduled: float
    balloons: float
    borrowed: float
    equity: float
    prepaid: float
    called: float
    calls: float
    cured_by_parent: float
    cures: float
    distributed: float
    received: float
    residual: float
    cash: float
    debt: float
    balances: dict[str, float]
    in_breach: bool
    dscr: float | None
    tests: tuple[CovenantTest, ...]
    vehicles: tuple[VehicleMonth, ...]
    events: tuple[str, ...]

    @property
    def from_group(self) -> float:
        """Net cash from parent and vehicles, own shares of lots included, USD."""
        paid_for_it = self.purchases - self.financed - self.own_capex
        ups_and_downs = self.received - self.distributed + self.residual
        help_in_need = self.called - self.calls + self.cured_by_parent - self.cures
        return paid_for_it + ups_and_downs + help_in_need


@dataclass(frozen=True)
class PoolEnding:
    """What a collateral pool brought: its value at the market's price, and its proceeds, USD."""

    id: str
    collateral: float
    proceeds: float
    is_run: bool


@dataclass(frozen=True)
class TrancheEnding:
    """What a tranche claimed and lost, USD."""

    id: str
    claim: float
    loss: float

    @property
    def recovered(self) -> float:
        """What the tranche got, USD."""
        return self.claim - self.loss

    @property
    def lgd(self) -> float | None:
        """Loss over claim; None without a claim."""
        return self.loss / self.claim if self.claim else None


@dataclass(frozen=True)
class Ending:
    """A default: when, why, and who recovered what.

    Parameters
    ----------
    available : cash after everything due, had it been paid (A of the waterfall), USD.
    shortfall : what was still missing after every measure; 0 in a covenant default, USD.
    haircut : on the resale value of GPUs, share.
    estate : for unsecured and recourse claims, USD.
    """

    month: int
    cause: str
    available: float
    due: float
    shortfall: float
    haircut: float
    estate: float
    pools: tuple[PoolEnding, ...]
    tranches: tuple[TrancheEnding, ...]


@dataclass(frozen=True)
class Ledger:
    """One path of one issuer; `ending` is None where it lives to the horizon.

    Parameters
    ----------
    months : months, or quarters of them (see `quarters`).
    """

    scenario: str
    issuer: str
    label: str
    base_date: str | None
    measure: ProbabilityMeasure
    seed: int
    path: int
    months: tuple[LedgerMonth, ...]
    ending: Ending | None

    def __post_init__(self) -> None:
        """Refuse what no reader could use.

        Raises
        ------
        RunError : an amount has left the range of numbers.
        """
        ending = [self.ending, *self.ending.pools, *self.ending.tranches] if self.ending else []
        within = (part for month in self.months for part in (*month.tests, *month.vehicles))
        parts = (*self.months, *within, *ending)
        values = (value for part in parts for value in vars(part).values())
        if not all(math.isfinite(value) for value in values if isinstance(value, float)):
            raise RunError(BOUNDLESS)
