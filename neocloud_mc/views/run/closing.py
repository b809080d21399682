"""What a run comes to, in a block of at most 20 lines at its end: issuers, portfolio, gates."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from neocloud_mc.results.figures import Estimates, IssuerEstimates
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render import headings
from neocloud_mc.views.render.calendar_months import alone
from neocloud_mc.views.render.grid import Alarm, Block, Grid, Relief
from neocloud_mc.views.render.numbers import (
    UNDEFINED,
    basis_points,
    in_basis_points,
    in_usd,
    percent,
    usd,
)
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.run.families import covered, families, largest, left_out, name
from neocloud_mc.views.run.issuers import by_size

_ALL: Final = 11
"""Issuers up to which all are told of."""
_MOST: Final = 8
"""Issuers told of where they are more."""
_NAMED: Final = 2


def closing(result: RunResult) -> Block:
    """The summary, as a test runner ends with one."""
    estimates, info = result.estimates, result.info
    last = alone(estimates.months, info.base_date)
    return Block(
        (f"Summary of {printable(info.scenario)} by {last}{headings.measure(info)}",),
        [_issuers(estimates)] if estimates.issuers else [],
        tuple(_verdict(result)),
    )


def _issuers(estimates: Estimates) -> Grid:
    everyone = families(estimates)
    shown = everyone if len(everyone) <= _ALL else largest(everyone, _MOST)
    return Grid(
        "",
        (
            *("issuer", "PD", "main\ncause", "expected\nloss", "paid,\nbp", "costs,\nbp"),
            "margin\ncovers",
        ),
        tuple((name(issuer, shown), *_row(issuer)) for issuer in shown),
        (
            "paid: contract's spread; costs: fair spread; covers: of so many tranches that can be "
            "judged.",
            *left_out(len(shown), len(everyone), "issuers"),
        ),
    )


def _row(issuer: IssuerEstimates) -> tuple[str, ...]:
    spread = issuer.contract_spread
    return (
        percent(issuer.pd[max(issuer.pd)]).bare(),
        _main_cause(issuer),
        usd(issuer.expected_loss).bare(),
        UNDEFINED if spread is None else in_basis_points(spread),
        basis_points(issuer.fair_spread).bare(),
        _covered(issuer),
    )


def _main_cause(issuer: IssuerEstimates) -> str:
    causes = by_size(issuer)
    return causes[0][0] if causes else UNDEFINED


def _covered(issuer: IssuerEstimates) -> str:
    """How many of the tranches that can be judged have a margin that covers the expected loss."""
    n_covered, n_judged = covered(issuer)
    if not n_judged:
        return UNDEFINED
    told = f"{n_covered} of {n_judged}"
    return told if n_covered == n_judged else Alarm(told)


def _verdict(result: RunResult) -> Iterator[str]:
    """Which margins are too thin, what the portfolio loses, and how the gates were decided."""
    if result.estimates.issuers:
        yield from _margins(result.estimates.issuers.values())
        yield _portfolio(result.estimates)
    yield from _gates(result)


def _margins(issuers: Iterable[IssuerEstimates]) -> Iterator[str]:
    tranches = [(issuer.id, t) for issuer in issuers for t in issuer.tranches.values()]
    told = []
    for decided, title in (("no", "below expected loss"), ("undecided", "undecided")):
        names = [f"{who}.{t.id}" for who, t in tranches if t.pays_enough == decided]
        if names:
            told.append(f"{title}: {_some(names)}")
    if told:
        yield Alarm(f"Margin {'; '.join(told)}.")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    told = ", ".join(map(printable, names[:_NAMED]))
    return f"{told} and {more} more" if more > 0 else told


def _portfolio(estimates: Estimates) -> str:
    whole = estimates.portfolio
    return (
        f"Portfolio of {in_usd(whole.exposure)}: mean loss {usd(whole.mean)}, "
        f"99% VaR {usd(whole.var['99'])}."
    )


def _gates(result: RunResult) -> Iterator[str]:
    """How many passed, and which did not."""
    told = []
    for status in ("breached", "inconclusive"):
        found = [gate.expr for gate in result.gates if gate.status == status]
        if found:
            told.append(f"{len(found)} {status} ({_some(found)})")
    passed = sum(gate.status == "passed" for gate in result.gates)
    if passed:
        told.append(f"{passed} passed")
    if told:
        kind = Relief if passed == len(result.gates) else Alarm
        yield kind(f"Gates: {', '.join(told)}.")
