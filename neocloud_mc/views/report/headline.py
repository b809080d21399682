"""The result in a few sentences, each worked out from its numbers."""

from collections.abc import Iterator, Sequence
from typing import Final

from neocloud_mc.notation import counted, plural
from neocloud_mc.results.figures import IssuerEstimates
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.report import Report
from neocloud_mc.studies.what_ifs import CASH
from neocloud_mc.views.render import spoken
from neocloud_mc.views.render.calendar_months import numbered
from neocloud_mc.views.render.figures import moves_of
from neocloud_mc.views.render.numbers import in_usd, percent, signed, usd
from neocloud_mc.views.render.text import printable
from neocloud_mc.views.report.causes import SPOKEN
from neocloud_mc.views.report.chart import names
from neocloud_mc.views.report.stresses import stress
from neocloud_mc.views.report.tornado import name_of

_MOST_NAMED = 6


def sentences(report: Report) -> tuple[str, ...]:
    """What a committee should know before it looks: who, why, with whom, how much, how sure."""
    if not report.simulated.result.estimates.issuers:
        return ("The scenario has no issuers.",)
    return tuple(sentence for part in _PARTS for sentence in part(report))


def _ranked(report: Report) -> list[IssuerEstimates]:
    estimates = report.simulated.result.estimates
    return sorted(
        estimates.issuers.values(), key=lambda issuer: -(issuer.pd[estimates.months].value or 0.0)
    )


def _likeliest(report: Report) -> Iterator[str]:
    result = report.simulated.result
    months, label = result.estimates.months, names(result.estimates.issuers.values())
    first = _ranked(report)[0]
    when = numbered(months, result.info.base_date)
    if not first.pd[months].value:
        yield f"On none of {counted(result.info.paths, 'path')} does anybody default by {when}."
        return
    verb = "is the likeliest to default" if len(label) > 1 else "defaults"
    chance = f"with a probability of {percent(first.pd[months])} by {when}"
    yield f"{label[first.id]} {verb}, {chance}, {_why(first)}."


def _why(issuer: IssuerEstimates) -> str:
    """For which causes, the commonest first."""
    total = sum(found.value or 0.0 for found in issuer.causes.values())
    cause = max(issuer.causes, key=lambda name: issuer.causes[name].value or 0.0)
    share = (issuer.causes[cause].value or 0.0) / total
    if share > 0.995:
        return f"always for {SPOKEN[cause]}"
    return f"mostly for {SPOKEN[cause]} ({share:.0%} of its defaults)"


def _least(report: Report) -> Iterator[str]:
    estimates = report.simulated.result.estimates
    label, ranked = names(estimates.issuers.values()), _ranked(report)
    if len(ranked) > 1:
        months = estimates.months
        second, last = ranked[1], ranked[-1]
        if len(ranked) > 2 and second.pd[months].value:
            yield (
                f"Next is {label[second.id]} with {percent(second.pd[months])}, {_why(second)}; "
                f"the least likely is {label[last.id]} with {percent(last.pd[months])}."
            )
        else:
            yield f"The least likely is {label[last.id]} with {percent(last.pd[months])}."


def _warned(report: Report) -> Iterator[str]:
    """When it comes: the month by which half of the likeliest issuer's defaults have come."""
    result = report.simulated.result
    first = _ranked(report)[0]
    n, half = 0, sum(first.default_months) / 2
    for month, count in enumerate(first.default_months, start=1):
        n += count
        if n and n >= half:
            label = names(result.estimates.issuers.values())[first.id]
            when = numbered(month, result.info.base_date)
            yield f"Half of the defaults of {label} have come by {when}."
            return


def _helped(report: Report) -> Iterator[str]:
    """What would help the likeliest issuer most, and what twice its cash would do."""
    found = report.what_ifs
    if found is None or not found.ranked:
        return
    label = names(report.simulated.result.estimates.issuers.values())[found.issuer]
    (best, most), *_ = found.ranked
    many = f"{counted(len(found.ranked), 'change')} that might help {label}"
    if most.change is None or most.after is None or (most.change.high or 0.0) >= 0.0:
        yield f"None of {many} certainly would."
        return
    text = (
        f"Of {many}, {best} would help most: by {signed(most.change, 100.0)} points, to "
        f"{percent(most.after.estimate)}"
    )
    cash = dict(found.ranked).get(CASH)
    if best != CASH and cash and cash.change:
        text += f"; {CASH} would do {signed(cash.change, 100.0)}"
    yield f"{text}."


def _together(report: Report) -> Iterator[str]:
    result = report.simulated.result
    joint, apart = result.estimates.joint, result.separated
    if len(joint.at_least) < 2:
        return
    two = joint.at_least[2]
    text = f"Two or more default on {percent(two)} of the paths"
    if apart is not None and apart.joint.at_least[2].value is not None:
        text += f", {percent(apart.joint.at_least[2])} if no failure moved prices or funding"
    yield f"{text}."


def _lost(report: Report) -> Iterator[str]:
    portfolio = report.simulated.result.estimates.portfolio
    mean, shortfall = portfolio.mean, portfolio.es["99"]
    if mean.value is None or shortfall.value is None:
        return
    yield (
        f"Lenders lose {usd(mean)} on the mean of all paths, of {in_usd(portfolio.exposure)} drawn "
        f"or promised today, and {usd(shortfall)} on the mean of the worst 1%."
    )


def _underpaid(report: Report) -> Iterator[str]:
    """The tranches whose contracts pay less than their risk costs, or may."""
    issuers = report.simulated.result.estimates.issuers.values()
    known = {f"{i.id}.{key}": t for i in issuers for key, t in i.tranches.items()}
    verdicts = {name: tranche.pays_enough for name, tranche in known.items()}
    judged = [name for name, verdict in verdicts.items() if verdict]
    short, undecided = (
        [name for name in judged if verdicts[name] == verdict] for verdict in ("no", "undecided")
    )
    tranches = counted(len(judged), "tranche")
    if judged and not short and not undecided:
        every = f"Every one of {tranches}" if len(judged) > 1 else "The only tranche"
        rest = sum(t.contract_spread is not None for t in known.values()) - len(judged)
        told = f"; of {rest} more too few losses were seen to judge" if rest else ""
        yield f"{every} that can be judged pays for its risk{told}."
    if short:
        verb = plural(len(short), "pays less than its risk costs", "pay less than their risk costs")
        yield f"{len(short)} of {tranches} {verb}: {_named(short)}."
    if undecided:
        verb = plural(len(undecided), "pays for its risk", "pay for their risk")
        what = f"whether {len(undecided)} of {tranches} {verb}"
        yield f"So many paths do not decide {what}: {_named(undecided)}."


def _named(ids: Sequence[str]) -> str:
    """The first of them."""
    more = len(ids) - _MOST_NAMED
    return ", ".join(map(printable, ids[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def _hardest(report: Report) -> Iterator[str]:
    yield from _hardest_stress(report)
    yield from _strongest_driver(report)


def _hardest_stress(report: Report) -> Iterator[str]:
    """The stress and the issuer whose PD it moves most."""
    found = report.stresses
    if found is None:
        return
    worst: tuple[float, str] = (0.0, "No stress makes any issuer's default likelier.")
    for other in found.others:
        for key, label in found.labels.items():
            one = other.changes.get(f"issuers.{key}.pd.{found.base.months}")
            if one is None or one.change is None or one.after is None:
                continue
            if (one.change.value or 0.0) > worst[0]:
                worst = (
                    one.change.value or 0.0,
                    f"Of the stresses, {stress(other.info.scenario)} hits hardest: it would move "
                    f"{printable(label)} by {signed(one.change, 100.0)} points, to "
                    f"{percent(one.after.estimate)}.",
                )
    yield worst[1]


def _strongest_driver(report: Report) -> Iterator[str]:
    found = report.sensitivity
    first = _ranked(report)[0]
    months = report.simulated.result.estimates.months
    name = f"issuers.{first.id}.pd.{months}"
    if found is None or name not in found.own or not found.ranked(name):
        return
    effect = found.ranked(name)[0]
    told = " and ".join(
        f"{spoken.change(name, end.changes[name])} points at the {side} end"
        for side, end in effect.ends.items()
    )
    label = names(report.simulated.result.estimates.issuers.values())[first.id]
    yield (
        f"Of the assumptions, {name_of(effect.driver)} ({moves_of(effect.driver)}) moves {label} "
        f"most: by {told}."
    )


def _sure(report: Report) -> Iterator[str]:
    """How far paths, and inputs where they were drawn, leave the first number open."""
    result = report.simulated.result
    widest = max((_half_width(i.pd[result.estimates.months]) for i in _ranked(report)), default=0.0)
    paths = counted(result.info.paths, "path leaves", "paths leave")
    text = f"{paths} no PD open by more than {100 * widest:.2g} points"
    if result.uncertainty is None:
        yield (
            f"{text}; what the scenario's figures themselves leave open was not asked for "
            "(--parameter-uncertainty)."
        )
        return
    first = _ranked(report)[0]
    over = result.uncertainty.pd[first.id][result.estimates.months]
    low, high = (percent(end).partition(" ±")[0] for end in (over.low, over.high))
    yield (
        f"{text}; over the ranges of the assumptions, nine tenths of the values for "
        f"{names([first])[first.id]} lie from {low} to {high}."
    )


def _half_width(estimate: Estimate) -> float:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return 0.0
    return max(estimate.high - estimate.value, estimate.value - estimate.low)


_PARTS: Final = (
    *(_likeliest, _least, _warned, _helped, _together, _lost, _underpaid, _hardest, _sure),
)
