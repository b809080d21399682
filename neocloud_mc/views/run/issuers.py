"""A run's tables of issuers: when they default, why, whether covenants warn, what is lost."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from neocloud_mc.causes import CAUSES
from neocloud_mc.notation import counted
from neocloud_mc.results.figures import Estimates, IssuerEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.ratings import Rating
from neocloud_mc.views.render.bars import lettered, spark
from neocloud_mc.views.render.calendar_months import alone, stacked
from neocloud_mc.views.render.grid import Grid, Picture, Words
from neocloud_mc.views.render.numbers import (
    NO_INTERVAL,
    UNDEFINED,
    Number,
    Part,
    amount,
    basis_points,
    in_percent,
    loss_rate,
    number,
    percent,
    usd,
)
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.run.families import families, largest, left_out, name

MANY: Final = 12
"""Issuers, or tranches, from which on a table shows the largest, unless all are asked for."""
_SPARK: Final = 20
_BAR: Final = 20
_OF_LOSSES: Final = (
    ("EAD", "EAD: mean claim at default."),
    ("LGD", "LGD: losses over claims."),
    ("expected\nloss", "Expected loss: discounted, on loans drawn later too."),
    ("of all\nlent", "Of all lent: over drawn and undrawn."),
    ("fair,\nbp", "fair: the spread a year on all balances that pays for the expected loss."),
    ("CDS,\nbp", "CDS: par spread to the horizon."),
    ("implied\nrating", "Rating: whose published default rates are nearest."),
)
"""What columns of what lenders lose mean."""
_TOLD: Final = 3
"""Causes that are named where there is no table of them."""


def grids(estimates: Estimates, base_date: str | None, *, is_full: bool) -> Iterator[Grid]:
    """The tables in the order of the questions."""
    everyone = families(estimates)
    shown = everyone if is_full else largest(everyone, MANY)
    more = left_out(len(shown), len(everyone), "issuers")
    yield default(estimates, base_date)
    yield causes(estimates, shown, base_date, more, is_full=is_full)
    if tested := [issuer for issuer in everyone if issuer.breach.value]:
        yield covenants(tested if is_full else largest(tested, MANY))
    yield losses(estimates, shown, base_date, more, is_full=is_full)


def default(estimates: Estimates, base_date: str | None) -> Grid:
    """Who defaults by when, and how the hazard moves."""
    issuers = families(estimates)
    step = max(1, -(-estimates.months // _SPARK))
    return Grid(
        "Probability of default by month, %",
        ("issuer", *(stacked(t, base_date) for t in estimates.horizons), "hazard"),
        tuple(
            (
                name(issuer, issuers),
                *(in_percent(issuer.pd[t]) for t in estimates.horizons),
                Picture(spark(issuer.hazards(step, estimates.paths))),
            )
            for issuer in issuers
        ),
        spare=(len(estimates.horizons) + 1,),
        legend=(
            (
                "hazard",
                f"hazard: of default by spans of {counted(step, 'month')}, from the base date to "
                "the horizon, each row to its own peak.",
            ),
        )
        if any(any(issuer.default_months) for issuer in issuers)
        else (),
    )


def causes(
    estimates: Estimates,
    issuers: Sequence[IssuerEstimates],
    base_date: str | None,
    more: tuple[str, ...],
    *,
    is_full: bool,
) -> Grid:
    """Why issuers default by the horizon: a bar of letters, and the causes by their size."""
    highest = max((_pd(issuer).value or 0.0 for issuer in issuers), default=0.0)
    legend = ", ".join(f"{cause[0].upper()} {cause}" for cause in CAUSES)
    header = ("issuer", "bar", *CAUSES) if is_full else ("issuer", "bar", "causes")
    return Grid(
        f"Why they default by {alone(estimates.months, base_date)}",
        header,
        tuple(
            (
                name(issuer, issuers),
                _bar(issuer, highest),
                *(
                    map(percent, issuer.causes.values())
                    if is_full
                    else (_largest_causes(issuer, _TOLD),)
                ),
            )
            for issuer in issuers
        ),
        more,
        spare=(1,),
        legend=(("bar", f"bar: the probability of default, by cause: {legend}."),),
    )


def _bar(issuer: IssuerEstimates, highest: float) -> Picture:
    pd = _pd(issuer).value or 0.0
    shares = [
        (cause[0].upper(), (found.value or 0.0) / pd)
        for cause, found in by_size(issuer)
        if pd > 0.0
    ]
    return lettered(shares, pd / highest if highest > 0.0 else 0.0, _BAR)


def by_size(issuer: IssuerEstimates) -> list[tuple[str, Estimate]]:
    """The causes that were seen, the most frequent first."""
    seen = [(cause, found) for cause, found in issuer.causes.items() if found.value]
    return sorted(seen, key=lambda pair: pair[1].value or 0.0, reverse=True)


def _largest_causes(issuer: IssuerEstimates, most: int) -> str:
    parts: list[Part] = []
    for cause, found in by_size(issuer)[:most]:
        parts += [", " if parts else "", f"{cause} ", *percent(found).bare().parts]
    return Number(*parts, dress=Words) if parts else Words("no default seen")


def covenants(tested: Sequence[IssuerEstimates]) -> Grid:
    """Whether a failed test comes before default, and how long."""
    return Grid(
        "Do covenants warn?",
        (
            *("issuer", "ever in\nbreach", "default if\nin breach", "defaults\nwarned of"),
            "breach to\ndefault, months",
        ),
        tuple(
            (
                name(issuer, tested),
                percent(issuer.breach),
                percent(issuer.default_given_breach),
                percent(issuer.warned),
                number(issuer.lead_months),
            )
            for issuer in tested
        ),
        noted(
            [e for i in tested for e in (i.default_given_breach, i.warned, i.lead_months)],
            "defaults warned of: with a breach in an earlier month. Months: on average.",
        ),
    )


def losses(
    estimates: Estimates,
    issuers: Sequence[IssuerEstimates],
    base_date: str | None,
    more: tuple[str, ...],
    *,
    is_full: bool,
) -> Grid:
    """What all lenders of an issuer lose together."""
    last = max(issuers[0].cds) if issuers else estimates.months
    return Grid(
        f"What lenders lose by {alone(estimates.months, base_date)}",
        (
            *("issuer", "drawn", "undrawn", "EAD", "LGD", "expected\nloss", "first 12\nmonths"),
            *("of all\nlent", "fair,\nbp", "CDS,\nbp", "implied\nrating"),
        ),
        tuple(
            (
                name(issuer, issuers),
                amount(issuer.debt),
                amount(issuer.commitment),
                usd(issuer.ead),
                loss_rate(issuer.lgd),
                usd(issuer.expected_loss),
                usd(issuer.expected_loss_12m),
                percent(issuer.expected_loss_rate),
                basis_points(issuer.fair_spread),
                basis_points(issuer.cds[last]),
                graded(issuer.implied_rating),
            )
            for issuer in issuers
        ),
        noted(
            [e for i in issuers for e in (i.ead, i.lgd, i.expected_loss, i.expected_loss_rate)],
            *remarks((issuer.id, issuer.implied_rating) for issuer in issuers),
            *more,
        ),
        spare=() if is_full else (7, 9, 2, 6, 1, 3),
        legend=_OF_LOSSES,
    )


def graded(found: Rating | None) -> str:
    """The letter grade, with a star where there is a remark on it."""
    return UNDEFINED if found is None else found.grade + ("*" if found.note else "")


def remarks(rated: Iterable[tuple[str, Rating | None]]) -> Iterator[str]:
    """What the stars of ratings mean, of whom by name, those of one meaning together."""
    names: dict[str, list[str]] = {}
    for who, found in rated:
        if found and found.note:
            names.setdefault(found.note, []).append(printable(who))
    for note, all_of_it in names.items():
        yield f"* {', '.join(all_of_it)}: {note}."


def noted(figures: Sequence[Estimate], *notes: str) -> tuple[str, ...]:
    """The notes, and what the marks mean that these figures have."""
    marks = []
    if any(e.value is not None and e.low is None for e in figures):
        marks.append(f"{NO_INTERVAL}: too few events for an interval.")
    if any(e.value is None for e in figures):
        marks.append(f"{UNDEFINED}: undefined.")
    return (*notes, *marks)


def _pd(issuer: IssuerEstimates) -> Estimate:
    return issuer.pd[max(issuer.pd)]
