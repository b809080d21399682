"""VaR and ES of losses whose distribution is known, wherever they lie in the book."""

import math

import pytest

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.results.book import Floats
from neocloud_mc.results.figures import LEVELS
from neocloud_mc.results.intervals import Estimate
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.importance_sampling.estimates import (
    RareEventEstimates,
    estimate_rare_event,
)
from neocloud_mc.studies.importance_sampling.rare_event import find_event
from neocloud_mc.studies.importance_sampling.run import fit_tilt, simulate_tilted
from neocloud_mc.validation.merton import SpotDebt
from tests.cases.falls import agrees, faller, found, haircuts, month, owing
from tests.worlds import Tree

PATHS = 40_000
H = haircuts(1.0)
SAFE: dict[str, Tree] = {
    "nothing": {},
    "a loan of its size": owing(1e6),
    "a loan 100,000 times as large": owing(1e11),
    "a loan of all the world": owing(1e15),
    "a commitment": owing(1e6, kind="delayed_draw", commitment=1e15, maturity=60),
}


def by_importance_sampling(
    scenario: Scenario, name: str, paths: int = 16_384
) -> RareEventEstimates:
    book = open_book(scenario)
    event = find_event(book, name)
    fitted = fit_tilt(scenario, event, seed=1, threads=1)
    batches = simulate_tilted(scenario, event, fitted, paths=paths, seed=1, threads=1)
    return estimate_rare_event(book, event, batches)


def var_and_es(losses: Floats, per_mille: int) -> tuple[float, float]:
    """Of losses at equally likely haircuts, ascending."""
    first = len(losses) * per_mille // 1000
    return float(losses[first]), float(losses[first:].mean())


@pytest.mark.parametrize("scale", [1, 1e5])
@pytest.mark.parametrize("beside", SAFE)
def test_a_safe_borrower_does_not_blur_the_losses_of_another(beside: str, scale: float) -> None:
    poor = faller(round(100 * scale), loan=owing(1e6 * scale))
    rich = {"cash": 1e15, "tranches": {"safe": SAFE[beside] | {"pool": None}}}
    others = {"b": rich} if SAFE[beside] else {}
    portfolio = found(month(1.0, a=poor, **others), PATHS).portfolio
    for level, per_mille in LEVELS.items():
        var, es = var_and_es(1e6 * scale * H, per_mille)
        agrees(portfolio.var[level], var)
        agrees(portfolio.es[level], es)
        ordered(portfolio.var[level], portfolio.es[level], portfolio.mean)


def ordered(var: Estimate, es: Estimate, mean: Estimate) -> None:
    assert var.value is not None and es.value is not None and mean.value is not None
    assert var.value <= es.value
    assert mean.value <= es.value


@pytest.mark.parametrize("amount", [0.1, 1.5e6, 1e9 / 3])
def test_a_sure_loss_is_exact(amount: float) -> None:
    scenario = month(0.0, a=faller(1, loan=owing(amount, pool="q", recourse=False)))
    numbers = found(scenario, 1000)
    loan = numbers.issuers["a"].tranches["loan"]
    assert loan.lgd.value == 1.0
    assert numbers.portfolio.mean.value == amount
    for level in LEVELS:
        assert numbers.portfolio.var[level].value == amount
        assert numbers.portfolio.es[level].value == amount
    assert numbers.portfolio.var["95"].low == numbers.portfolio.es["95"].high == amount


@pytest.mark.parametrize("coupon", [0.0, 0.5, 1.0])
def test_a_loss_may_exceed_what_was_lent(coupon: float) -> None:
    """The claim has a month's interest; 6 GPUs of 10,000 USD are recovered, less the haircut."""
    scenario = month(1.0, a=faller(6, loan=owing(1e6, coupon=coupon)))
    losses = 1e6 * (1.0 + coupon / 12.0) - 6e4 * (1.0 - H)
    portfolio = found(scenario, PATHS).portfolio
    sampled = by_importance_sampling(scenario, f"portfolio.loss > {losses[int(0.9 * len(losses))]}")
    for level, per_mille in LEVELS.items():
        var, es = var_and_es(losses, per_mille)
        agrees(portfolio.var[level], var)
        agrees(portfolio.es[level], es)
        for name, truth in (("var", var), ("es", es)):
            number = sampled.measures[f"portfolio.{name}.{level}"]
            assert number.value == pytest.approx(truth, rel=2e-3)


@pytest.mark.parametrize("principal", [1e4, 1e6, 1e9])
def test_two_losses_that_occur_are_exact_however_near(principal: float) -> None:
    """A launch, on 3% of the paths, takes a quarter of the GPU's resale value of 10,000 USD."""
    per_year, jump = -12.0 * math.log(0.97), math.log(0.75)
    market = {"price": {"launch": {"per_year": per_year, "mean": jump, "sd": 0.0}}}
    changes = {"market": {**market, "resale": {"elasticity": 1.0}}}
    scenario = month(0.0, changes, a=faller(1, loan=owing(principal, recourse=False)))
    portfolio = found(scenario, 20_000).portfolio
    usual, launched = principal - 5000.0, principal - 3750.0
    assert portfolio.var["95"].value == pytest.approx(usual, rel=1e-15)
    assert portfolio.var["95"].low == portfolio.var["95"].high == portfolio.var["95"].value
    assert portfolio.var["99"].value == pytest.approx(launched, rel=1e-15)
    assert portfolio.es["99.9"].value == pytest.approx(launched, rel=1e-15)
    agrees(portfolio.es["95"], usual + 1250.0 * 0.03 / 0.05)
    agrees(portfolio.mean, usual + 1250.0 * 0.03)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_interval_of_importance_sampling_leaves_what_can_be(seed: int) -> None:
    scenario = month(1.0, a=faller(6, loan=owing(1e6)))
    book = open_book(scenario)
    for name in ("a.pd.1", "a.loan.pd", "joint.at_least.1"):
        event = find_event(book, name)
        fitted = fit_tilt(scenario, event, seed=seed, threads=1)
        batches = simulate_tilted(scenario, event, fitted, paths=8192, seed=seed, threads=1)
        for number in estimate_rare_event(book, event, batches).measures.values():
            assert number.low is not None and number.high is not None and number.value is not None
            assert number.low <= number.value <= number.high
        sure = estimate_rare_event(book, event, batches).measures["probability"]
        assert sure.high is not None and sure.value is not None
        assert sure.high <= 1.0
        assert sure.value == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("name", ["a.loss", "a.loan.loss", "portfolio.loss"])
@pytest.mark.parametrize("beside", ["nothing", "a safe borrower"])
def test_a_rare_loss_is_found_by_any_name_of_it(name: str, beside: str) -> None:
    """Rent of 730 P and 305 of cash and scrap pay all but 50 of 700 unless P < 345 / 730."""
    truth = SpotDebt(730.0, 0.0, 0.5, 345.0).pd
    loan = {"loan": {"principal": 700.0, "coupon": 0.0, "maturity": 1}}
    a = {"cash": 300.0, "fleet": {"lot": {"gpu": "h100", "count": 1}}, "tranches": loan}
    b = {"cash": 1e12, "tranches": {"safe": {"principal": 1e9, "coupon": 0.0, "maturity": 60}}}
    volatile = {"market": {"price": {"volatility": {"shortage": 0.5}}}}
    cheap = {"gpus": {"h100": {"resale": 10.0}}}
    issuers = {"a": a} if beside == "nothing" else {"a": a, "b": b}
    scenario = month(0.0, volatile, cheap, **issuers)
    found = by_importance_sampling(scenario, f"{name} > 50", 32_768)
    assert truth == pytest.approx(1.036e-7, rel=1e-3)
    agrees(found.measures["probability"], truth)
    assert found.variance_reduction > 1e4
