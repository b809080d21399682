"""The page `docs vintages`: both vintages side by side, computed anew.

`python -m tests.vintages` writes it; `make vintages` does so, too. It takes some minutes, most of
them for the assumptions that matter most.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from neocloud_mc import load, sensitivity, simulate
from neocloud_mc.api.inputs import effort_of
from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario import outcomes
from neocloud_mc.scenario.variants.groups import GROUPS
from neocloud_mc.studies.backtest.run import backtest
from neocloud_mc.studies.side_by_side import split
from neocloud_mc.views.backtest import document

PAGE: Final = Path(__file__).parent.parent / "neocloud_mc" / "docs" / "vintages.md"
OLDER, NEWER = "2025-06", "2026-06"
VINTAGES: Final = (OLDER, NEWER)
FIRMS: Final = ("coreweave", "nebius", "nscale", "lambda", "crusoe")
MOST_MATTER: Final = {**{firm: firm for firm in FIRMS}, "xai": "xai_vci_1"}
"""Systems of the newer vintage, and whose PD their assumptions move."""
PATHS, PATHS_OF_SPLIT, PATHS_OF_SENSITIVITY = 50_000, 5_000, 1_000
HOURS_PER_MONTH: Final = 730
SOON: Final = 24
"""Months within which debt is called due soon."""
NONE: Final = "–"

Cells = Sequence[str]


def rendered() -> str:
    """The page."""
    text = PAGE.read_text(encoding="utf-8")
    tables = {
        "figures": figures(),
        "issuers": issuers(),
        "tranches": tranches(),
        "groups": groups(),
        "year": year(),
        "prices": prices(),
        "assumptions": assumptions(),
    }
    for name, table in tables.items():
        head, tail = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = text.partition(head)
        _, _, after = rest.partition(tail)
        text = f"{before}{head}{table}{tail}{after}"
    return text


def markdown(heads: Cells, rows: Iterable[Cells], n_texts: int = 1) -> str:
    """A table whose first columns are text and whose others are numbers."""
    bars = ["---" if place < n_texts else "---:" for place in range(len(heads))]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, bars, *rows))


def figures() -> str:
    """What the two vintages say of each firm with its vehicles, $bn and thousands of GPUs."""
    heads = ("firm", "", "debt", f"due in {SOON} months", "cash", "deposits", "contracts",
             "GPUs that run", "ordered", "optional")  # fmt: skip
    return markdown(heads, chain.from_iterable(map(_figures, (*FIRMS, "xai"))), n_texts=2)


def _figures(firm: str) -> Iterator[Cells]:
    for vintage in VINTAGES:
        scenario = load(f"@{vintage}/neoclouds").scenario
        group = [it for name, it in scenario.issuers.items() if name.startswith(firm)]
        label = group[0].label or firm
        owed = [it for issuer in group for it in issuer.tranches.values()]
        lots = [lot for issuer in group for lot in issuer.fleet.values()]
        let = [it for issuer in group for it in issuer.contracts.values()]
        to_come = [lot for lot in lots if lot.service_month > 0]
        yield (
            label if vintage == OLDER else "",
            vintage,
            _billions(sum(tranche.principal for tranche in owed)),
            _billions(sum(due(it, SOON, scenario.market.risk_free) for it in owed)),
            _billions(sum(issuer.cash for issuer in group)),
            _billions(sum(it.prepaid.balance for it in let if it.prepaid)),
            _billions(sum(
                it.count * it.price * HOURS_PER_MONTH * (it.end_month - max(it.start_month, 0))
                for it in let
            )),
            _thousands(sum(lot.count for lot in lots if lot.service_month <= 0)),
            _thousands(sum(lot.count for lot in to_come if lot.committed)),
            _thousands(sum(lot.count for lot in to_come if not lot.committed)),
        )  # fmt: skip


def due(tranche: Tranche, months: int, risk_free: float) -> float:
    """What today's balance repays on schedule within so many months, $."""
    owed, last = tranche.principal, tranche.maturity
    if last is None or last <= months:
        return owed
    schedule, begun = tranche.amortization, tranche.interest_only_until
    n, k = last - begun, max(months - begun, 0)
    if isinstance(schedule, dict):
        return sum(amount for month, amount in schedule.items() if month <= months)
    if schedule == "linear":
        return owed * k / n
    if schedule == "annuity":
        yearly = tranche.coupon if tranche.coupon is not None else risk_free + (tranche.margin or 0)
        growth = 1 + yearly / 12
        return owed * (growth**k - 1) / (growth**n - 1)
    return 0.0


def _results() -> dict[str, Any]:
    """The JSON result of either vintage, simulated once."""
    if not _RUNS:
        _RUNS.update({it: simulate(f"@{it}/neoclouds", paths=PATHS).to_dict() for it in VINTAGES})
    return _RUNS


_RUNS: Final[dict[str, Any]] = {}


def issuers() -> str:
    """PD by horizon, LGD and fair spread of every issuer in both."""
    found = {it: result["issuers"] for it, result in _results().items()}
    names = list(dict.fromkeys(chain.from_iterable(found.values())))
    heads = ("issuer", *(f"{measure} {vintage}" for measure in ("PD 12", "PD 36", "PD 60", "LGD",
             "fair, bp") for vintage in ("2025", "2026")))  # fmt: skip
    rows = []
    for name in sorted(names, key=_family):
        sides = [found[vintage].get(name) for vintage in VINTAGES]
        cells = [_percent(side and side["pd"][month]) for month in ("12", "36", "60")
                 for side in sides]  # fmt: skip
        cells += [_percent(side and side["lgd"]) for side in sides]
        cells += [_points(side and side["fair_spread"]) for side in sides]
        rows.append((next(side["label"] for side in sides if side), *cells))
    return markdown(heads, rows)


def _family(name: str) -> int:
    return next(n for n, firm in enumerate((*FIRMS, "xai")) if name.startswith(firm))


def tranches() -> str:
    """PD and LGD of every tranche beside its fair and its contractual spread."""
    rows = []
    for vintage, result in _results().items():
        for name, issuer in result["issuers"].items():
            for key, it in issuer["tranches"].items():
                cells = (_percent(it["pd"]), _percent(it["lgd"]), _points(it["fair_spread"]))
                rows.append((f"{name}.{key}", vintage, *cells, _points(it["contract_spread"])))
    heads = ("tranche", "", "PD 60", "LGD", "fair, bp", "contract, bp")
    return markdown(heads, sorted(rows, key=lambda row: (_family(row[0]), row[0])), n_texts=2)


def groups() -> str:
    """Shapley values by group of figures, each firm with its vehicles in a market of its own."""
    heads = ("measure", "2025", *GROUPS, "2026")
    return markdown(heads, chain.from_iterable(map(_groups, FIRMS)))


def _groups(firm: str) -> Iterator[Cells]:
    base, other = (load(f"@{vintage}/{firm}") for vintage in VINTAGES)
    measures = {f"{firm}.{key}": spelt for key, spelt in _SPLIT.items()}
    found = split(base, other, effort_of(PATHS_OF_SPLIT, 1, None), tuple(measures), by_group=True)
    by_group = {part.part.name: part.changes for part in found.contributions}
    for full in found.measures:
        short = full.removeprefix("issuers.")
        spelt, is_points = measures[short], short.endswith("spread")
        value, change = (_points, _more_points) if is_points else (_percent, _more_percent)
        yield (
            f"{base.scenario.issuers[firm].label}, {spelt}",
            value(found.before[full]),
            *(change(by_group[group][full]) if group in by_group else NONE for group in GROUPS),
            value(found.after[full]),
        )


_SPLIT: Final = {"pd.60": "PD 60", "lgd": "LGD", "fair_spread": "fair, bp"}


def year() -> str:
    """What was said of twelve months beside what happened."""
    (scored,) = _backtest()["backtests"]
    rows = [
        (
            it["label"],
            _percent(it["pd"]),
            _percent(it["pd_in_market"]),
            "none" if it["defaulted"] is None else f"month {it['defaulted']}",
        )
        for it in scored["issuers"].values()
    ]
    return markdown(("issuer", "PD 12", "in the market that was", "default"), rows)


def prices() -> str:
    """At which quantile of what was simulated the market came out."""
    (scored,) = _backtest()["backtests"]
    rows = [
        (
            f"{it['gpu']} {it['kind']}",
            str(it["month"]),
            f"{it['value']:g}",
            _percent(it["quantile"]),
        )
        for it in scored["market"]
    ]
    return markdown(("", "month", "realised", "quantile, %"), rows)


def _backtest() -> Any:
    """The JSON of the backtest of the older vintage, simulated once."""
    if "backtest" not in _RUNS:
        scenario, record = load(f"@{OLDER}/neoclouds"), outcomes.read(f"@{OLDER}/outcomes")
        found = backtest([scenario], [record], effort_of(PATHS, 1, None))
        _RUNS["backtest"] = document(found).json()
    return _RUNS["backtest"]


def assumptions() -> str:
    """The five assumptions that move each system's PD most, to either end of their range."""
    return markdown(
        ("PD 60 of", "assumption", "as it is", "at its low end", "at its high end"),
        chain.from_iterable(map(_assumptions, MOST_MATTER)),
        n_texts=2,
    )


def _assumptions(system: str) -> Iterator[Cells]:
    measure = f"issuers.{MOST_MATTER[system]}.pd.60"
    found = sensitivity(f"@{NEWER}/{system}", measure=measure, paths=PATHS_OF_SENSITIVITY).found
    for effect in found.ranked(measure)[:5]:
        ends = (effect.ends.get(side) for side in ("low", "high"))
        changes = (_more_percent(end.changes[measure]) if end else NONE for end in ends)
        own = _percent(found.own[measure])
        yield (MOST_MATTER[system], f"`{effect.driver.name}`", own, *changes)


def _value(it: Any) -> float | None:
    """The number of an estimate, of its JSON, or itself."""
    if isinstance(it, Estimate):
        return it.value
    found: float | None = it["value"] if isinstance(it, dict) else it
    return found


def _spelt(it: Any, scale: float, form: str) -> str:
    value = _value(it)
    return NONE if value is None else format(scale * value, form).replace("-", "−")


def _percent(it: Any) -> str:
    return _spelt(it, 100, ".1f")


def _more_percent(it: Any) -> str:
    return _spelt(it, 100, "+.1f")


def _points(it: Any) -> str:
    return _spelt(it, 10_000, ".0f")


def _more_points(it: Any) -> str:
    return _spelt(it, 10_000, "+.0f")


def _billions(amount: float) -> str:
    return f"{amount / 1e9:.1f}"


def _thousands(count: float) -> str:
    return f"{count / 1e3:.0f}"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
