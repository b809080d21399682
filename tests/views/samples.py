"""Results to show: of independent issuers, some with names that nobody should have."""

from dataclasses import replace

from neocloud_mc.results.book import Book
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.gates import check, judge
from neocloud_mc.results.run import RunInfo
from neocloud_mc.results.tally import tally
from neocloud_mc.studies.run_result import RunResult
from tests.results.samples import book, independent, quiet

HOSTILE = "[red]x \x1b[31m|\n[/nothing] <b>*_é"


def result_of(of: Book, *, paths: int = 1000, pd: float = 0.3) -> RunResult:
    outcome = independent(of, paths, pd=pd) if pd else quiet(of, paths)
    found = estimate(of, tally(of, outcome))
    gates = ("issuer_0.pd.24 > 0.2", "issuer_0.pd.24 > 0.3", "issuer_0.senior.lgd > 0.9")
    return RunResult(
        info=RunInfo(
            version="0.1.0",
            scenario=of.scenario,
            digest="sha256:" + "ab" * 32,
            base_date=of.base_date,
            paths=paths,
            seed=1,
            months=of.months,
            manifest={"argv": ["run"], "scenario_resolved": {"window": float("-inf"), "n": 1}},
            timing={"seconds": 0.5, "paths_per_second": 2000.0},
        ),
        estimates=found,
        gates=tuple(judge(check(of, expr), found) for expr in gates),
    )


def plain() -> RunResult:
    return result_of(book(2))


def hostile() -> RunResult:
    """A scenario and labels that try to be markup, escapes and table borders."""
    of = book(2)
    issuers = tuple(replace(issuer, label=HOSTILE) for issuer in of.issuers)
    return result_of(replace(of, scenario=HOSTILE, issuers=issuers))


def large() -> RunResult:
    """Six issuers over twenty years."""
    return result_of(book(6, months=240))


def eventless() -> RunResult:
    """Nobody defaults."""
    return result_of(book(2), pd=0.0)
