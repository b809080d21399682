"""From loaded scenarios to their differences: all of them, or one difference part by part."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, count
from typing import Final

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.notation import counted
from neocloud_mc.results.book import Book, IssuerEntry
from neocloud_mc.results.families import in_families
from neocloud_mc.results.measures import headline, wanted
from neocloud_mc.results.run import RunInfo
from neocloud_mc.scenario.library import shown
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.scenario.variants.groups import grouped
from neocloud_mc.scenario.variants.mix import Described, is_same, mixtures
from neocloud_mc.studies.common_random_numbers import Run, sample_each, simulate_together
from neocloud_mc.studies.comparison import (
    Comparisons,
    compare,
    every,
    measured,
    reported,
    tabled,
)
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify
from neocloud_mc.studies.samples import without_histograms
from neocloud_mc.studies.shapley import ShapleyValues, share_out

DEPTHS: Final[Mapping[str, Callable[[Book], tuple[str, ...]] | None]] = {
    "summary": headline,
    "table": tabled,
    "json": reported,
    "csv": None,
}
"""Which numbers are compared, by what is shown of them; none: every number."""


def at_common_horizon(loaded: Sequence[Loaded]) -> list[Loaded]:
    """The scenarios over the shortest horizon of all."""
    shortest = min(item.scenario.horizon_months for item in loaded)
    return [at_horizon(item, shortest) for item in loaded]


def unlike(loaded: Sequence[Loaded]) -> tuple[str, ...]:
    """In what the scenarios are not alike that their numbers do not show, a sentence each."""
    names = unlike_names(loaded)
    scenarios = [item.scenario for item in loaded]
    dates = [str(scenario.base_date or "none") for scenario in scenarios]
    months = [counted(scenario.horizon_months, "month") for scenario in scenarios]
    told = []
    if len(set(dates)) > 1:
        told.append(
            f"Base dates differ, so month 12 is another date in each: {_each(names, dates)}."
        )
    if len(set(months)) > 1:
        told.append(f"Horizons differ: {_each(names, months)}; the shortest is compared.")
    base, *others = (set(scenario.issuers) for scenario in scenarios)
    for name, issuers in zip(names[1:], others, strict=True):
        if base != issuers:
            gone, come = (", ".join(sorted(x)) or "none" for x in (base - issuers, issuers - base))
            told.append(f"Issuers differ: only in {names[0]}: {gone}; only in {name}: {come}.")
    return tuple(told)


def _each(names: Sequence[str], values: Sequence[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def at_horizon(loaded: Loaded, months: int) -> Loaded:
    """The scenario over so many months."""
    return replace(
        loaded,
        scenario=loaded.scenario.model_copy(update={"horizon_months": months}),
        resolved={**loaded.resolved, "horizon_months": months},
    )


def differences(
    loaded: Sequence[Loaded], effort: Effort, depth: str, own: Sequence[Loaded]
) -> Comparisons:
    """Simulate all scenarios on the same draws and set each beside the first.

    Parameters
    ----------
    depth : see `DEPTHS`.
    own : the scenarios over their own horizons.
    """
    names = DEPTHS[depth]
    of_base = (names or every)(open_book(loaded[0].scenario))
    runs = _simulate(loaded, effort, of_base, has_histograms=names is None)
    infos = _identified(loaded, effort, len(runs))
    base, *others = (
        measured(run.book, run.batches, None if names is None else names(run.book)) for run in runs
    )
    return Comparisons(
        base=infos[0],
        is_cut=len({item.scenario.horizon_months for item in own}) > 1,
        unlike=unlike(own),
        labels=_labels(runs),
        own=base.numbers,
        others=tuple(
            compare(
                info,
                base,
                other,
                run.switches,
                run.counted,
                is_same=is_same(runs[0].scenario, run.scenario),
            )
            for info, other, run in zip(infos[1:], others, runs[1:], strict=True)
        ),
    )


def split(
    base: Loaded, other: Loaded, effort: Effort, measures: Sequence[str], *, by_group: bool = False
) -> ShapleyValues[Described]:
    """Turn one scenario into the other part by part, and share the difference out.

    Parameters
    ----------
    by_group : the parts are groups of figures; else what changed in one thing, or one figure.

    Raises
    ------
    UsageError : the scenarios do not differ, or a measure is not one of both.
    """
    mixes = grouped(base, other) if by_group else mixtures(base, other)
    coalitions = mixes.coalitions
    names = _common(base, other, measures)
    scenarios = map(mixes.scenario, coalitions)
    found = sample_each(base.scenario.name, scenarios, names, effort, len(coalitions))
    runs = dict(zip(coalitions, found, strict=True))
    infos = _identified([base, other], effort, len(coalitions))
    parts = [(mixes.described(part), part.keys) for part in mixes.parts]
    return share_out(infos[0], infos[1], parts, runs)


def _simulate(
    loaded: Sequence[Loaded], effort: Effort, names: tuple[str, ...], *, has_histograms: bool
) -> list[Run]:
    """Simulate all, and keep what numbers such as these need."""
    keep = None if has_histograms else partial(without_histograms, names=names)
    effort.prepare()
    name = counted(len(loaded), "scenario")
    with effort.watch.simulating(name, len(loaded) * effort.paths) as told:
        return simulate_together(
            [item.scenario for item in loaded],
            paths=effort.paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
            keep=keep,
            names=names,
        )


def _identified(loaded: Sequence[Loaded], effort: Effort, n_runs: int) -> list[RunInfo]:
    """Who is who, by unlike names."""
    return [
        replace(identify(item, effort, n_runs), scenario=name)
        for item, name in zip(loaded, unlike_names(loaded), strict=True)
    ]


def unlike_names(loaded: Sequence[Loaded]) -> list[str]:
    """Names of the scenarios; where they are alike, later ones with their date, file or number."""
    names: list[str] = []
    for place, item in enumerate(loaded):
        own, before = item.scenario.name, loaded[:place]
        told = chain([own], (f"{own} ({what})" for what in _unlike(item, before)))
        names.append(next(name for name in told if name not in names))
    return names


def _unlike(item: Loaded, before: Sequence[Loaded]) -> Iterator[object]:
    """What may tell a scenario from those before it, which have its name."""
    date = item.scenario.base_date
    if date and all(date != other.scenario.base_date for other in before):
        yield date
    for file in item.files:
        if all(file not in other.files for other in before):
            yield shown(file)
    yield from count(2)


def _labels(runs: Sequence[Run]) -> dict[str, str]:
    """Of all issuers, by id, in the order of a page; where scenarios disagree, the first one's."""
    entries: dict[str, IssuerEntry] = {}
    for issuer in chain.from_iterable(run.book.issuers for run in runs):
        entries.setdefault(issuer.id, issuer)
    return {issuer.id: issuer.label for issuer in in_families(entries.values())}


def _common(base: Loaded, other: Loaded, measures: Sequence[str]) -> list[str]:
    """Full names of the measures; default: PDs at the horizon of the issuers that both have."""
    books = [open_book(item.scenario) for item in (base, other)]
    if measures:
        of_base, _ = (wanted(book, measures) for book in books)
        return list(of_base)
    found = [name for name in headline(books[0]) if name in headline(books[1])]
    if not found:
        raise UsageError("the scenarios have no issuer in common: name a measure with --measure")
    return found
