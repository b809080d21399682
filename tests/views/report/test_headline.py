"""The headline says what the numbers say."""

from dataclasses import replace

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.studies.comparison import Change, Comparison, Comparisons
from neocloud_mc.studies.report import LossBins, Report, Simulated
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.studies.trajectories import Trajectories
from neocloud_mc.studies.what_ifs import CASH, WhatIfs
from neocloud_mc.views.report import headline
from tests.views.samples import eventless, plain


def report_of(result: RunResult) -> Report:
    return Report(
        Simulated(result, {}, LossBins(1.0, (0.0, 1.0), (0.0,))), Trajectories(0, (), {}, {}), ()
    )


def with_pd(result: RunResult, **pd: float) -> RunResult:
    """The result with other probabilities of default at its horizon, ± a point."""
    issuers = dict(result.estimates.issuers)
    for key, value in pd.items():
        by_month = issuers[key].pd | {
            result.estimates.months: Estimate(value, value - 0.01, value + 0.01)
        }
        issuers[key] = replace(issuers[key], pd=by_month)
    return replace(result, estimates=replace(result.estimates, issuers=issuers))


def with_causes(result: RunResult, key: str, **causes: float) -> RunResult:
    issuer = result.estimates.issuers[key]
    shares = {name: Estimate(causes.get(name, 0.0), 0.0, 1.0) for name in issuer.causes}
    issuers = result.estimates.issuers | {key: replace(issuer, causes=shares)}
    return replace(result, estimates=replace(result.estimates, issuers=issuers))


def test_the_likeliest_comes_first_with_its_reason() -> None:
    result = with_pd(plain(), issuer_0=0.2, issuer_1=0.6)
    result = with_causes(result, "issuer_1", covenant=0.45, liquidity=0.15)
    first, *rest = headline.sentences(report_of(result))
    assert first == (
        "Issuer 1 is the likeliest to default, with a probability of 60.0% ±1.0 by Jun 2027 "
        "(month 24), mostly for breached covenants (75% of its defaults)."
    )
    assert "The least likely is Issuer 0 with 20.0% ±1.0." in rest


def test_an_only_cause_is_always() -> None:
    result = with_causes(with_pd(plain(), issuer_1=0.6), "issuer_1", refinancing=0.6)
    first, *_ = headline.sentences(report_of(result))
    assert first.endswith("always for debt that could not be refinanced.")


def test_where_nobody_defaults_it_says_so() -> None:
    first, *_ = headline.sentences(report_of(eventless()))
    assert first == "On none of 1,000 paths does anybody default by Jun 2027 (month 24)."


def test_tranches_that_pay_too_little_are_counted_and_named() -> None:
    result = plain()
    issuer = result.estimates.issuers["issuer_0"]
    tranches = {
        key: replace(tranche, pays_enough="no" if key == "junior" else "yes")
        for key, tranche in issuer.tranches.items()
    }
    issuers = {"issuer_0": replace(issuer, tranches=tranches)}
    result = replace(result, estimates=replace(result.estimates, issuers=issuers))
    told = headline.sentences(report_of(result))
    assert "1 of 2 tranches pays less than its risk costs: issuer_0.junior." in told


def test_the_hardest_stress_is_that_with_the_largest_rise() -> None:
    result = plain()
    info, months = result.info, result.info.months
    others = (
        stressed(info, "sample + mild", {f"issuers.issuer_0.pd.{months}": 0.05}),
        stressed(info, "sample + hard", {f"issuers.issuer_1.pd.{months}": 0.3}),
        stressed(info, "sample + relief", {f"issuers.issuer_1.pd.{months}": -0.4}),
    )
    labels = {key: issuer.label for key, issuer in result.estimates.issuers.items()}
    found = Comparisons(info, is_cut=False, unlike=(), labels=labels, own={}, others=others)
    told = headline.sentences(replace(report_of(result), stresses=found))
    assert (
        "Of the stresses, hard hits hardest: it would move Issuer 1 by +30.0 ±1.0 points, "
        "to 60.0% ±1.0." in told
    )


def helped(*changes: tuple[str, float]) -> tuple[str, ...]:
    """The headline where so much would change issuer 1's PD, ± a point."""
    result = plain()
    info, path = result.info, f"issuers.issuer_1.pd.{result.info.months}"
    labels = {key: issuer.label for key, issuer in result.estimates.issuers.items()}
    others = tuple(stressed(info, name, {path: by}) for name, by in changes)
    found = Comparisons(info, is_cut=False, unlike=(), labels=labels, own={}, others=others)
    return headline.sentences(replace(report_of(result), what_ifs=WhatIfs("issuer_1", found)))


def test_what_would_help_most_is_named_beside_twice_the_cash() -> None:
    assert (
        "Of 3 changes that might help Issuer 1, more luck would help most: by −30.0 ±1.0 points, "
        "to −60.0% ±1.0; doubling its cash would do −4.0 ±1.0."
        in helped((CASH, -0.04), ("more luck", -0.3), ("less", 0.2))
    )


def test_what_may_not_help_is_not_said_to() -> None:
    """Half a point, ± one."""
    assert "None of 2 changes that might help Issuer 1 certainly would." in helped(
        (CASH, -0.005), ("less", 0.2)
    )


def test_tranches_that_are_undecided_are_not_said_to_pay() -> None:
    result = plain()
    issuer = result.estimates.issuers["issuer_0"]
    tranches = {
        key: replace(tranche, pays_enough="undecided" if key == "junior" else "yes")
        for key, tranche in issuer.tranches.items()
    }
    issuers = {"issuer_0": replace(issuer, tranches=tranches)}
    told = headline.sentences(
        report_of(replace(result, estimates=replace(result.estimates, issuers=issuers)))
    )
    assert (
        "So many paths do not decide whether 1 of 2 tranches pays for its risk: issuer_0.junior."
        in told
    )
    assert not any("Every one of" in sentence for sentence in told)


def stressed(info: RunInfo, name: str, changes: dict[str, float]) -> Comparison:
    """PDs that change by so much, to twice as much, ± a point."""
    from neocloud_mc.results.measures import Measure

    def measure(path: str, value: float) -> Measure:
        estimate = Estimate(value, value - 0.01, value + 0.01)
        return Measure(path, "issuers", path.split(".")[1], "", "pd", "24", estimate)

    return Comparison(
        replace(info, scenario=name),
        {
            path: Change(
                measure(path, by), measure(path, 2 * by), Estimate(by, by - 0.01, by + 0.01)
            )
            for path, by in changes.items()
        },
        {},
    )
