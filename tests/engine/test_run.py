"""Runs: the same bits for any threads, lanes, chunks and company; and in plain Python."""

import json
import os
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from neocloud_mc.engine import run
from neocloud_mc.engine.tables import tabulate
from neocloud_mc.results.book import Outcome
from neocloud_mc.results.tally import Tally
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.studies.ledger.replay import find_defaults, ledger, replay
from tests.engine.rich_world import rich
from tests.worlds import outcome


def same(a: Outcome, b: Outcome, rows: slice = slice(None)) -> bool:
    names = [field.name for field in fields(Outcome)]
    return all(np.array_equal(getattr(a, n)[rows], getattr(b, n)[rows]) for n in names)


def _leaves(tally: Tally) -> list[object]:
    return [getattr(tally, field.name) for field in fields(Tally)]


def test_threads_do_not_change_the_answer() -> None:
    tallies = [run.simulate(rich(), paths=9_000, seed=3, threads=n) for n in (1, 2, 3)]
    for other in tallies[1:]:
        for a, b in zip(_leaves(tallies[0]), _leaves(other), strict=True):
            assert repr(a) == repr(b)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [1, 5])
def test_lanes_do_not_change_the_answer(lanes: int) -> None:
    """Another width compiles anew: one is enough."""
    usual = run.run_chunk(tabulate(rich(), 1), range(100, 164))
    narrow = run.run_chunk(tabulate(rich(), 1, lanes), range(100, 164))
    assert same(usual, narrow)


def test_a_path_is_the_same_in_any_chunk() -> None:
    tables = tabulate(rich(), 1)
    whole, part = run.run_chunk(tables, range(300)), run.run_chunk(tables, range(130, 200))
    assert np.array_equal(whole.loss[:, 130:200], part.loss)
    assert np.array_equal(whole.log_index[:, 130:200], part.log_index)


def test_an_issuer_alone_equals_itself_in_company_without_contagion() -> None:
    calm = {"price_impact": 0.0, "funding_impact": 0.0}
    haircut = {"fire_sale": 0.0}
    together = rich({"market": {"contagion": calm, "resale": {"haircut": haircut}}})
    run_together = outcome(together, 2_000)
    for place, name in enumerate(together.issuers):
        alone = together.model_copy(update={"issuers": {name: together.issuers[name]}})
        run_alone = outcome(alone, 2_000)
        assert np.array_equal(run_together.default_month[place], run_alone.default_month[0])
        row = tabulate(together, 1).issuers[place]
        mine = slice(int(row.first_tranche), int(row.end_tranche))
        assert np.array_equal(run_together.loss[mine], run_alone.loss)
        assert np.array_equal(run_together.discounted_balance[mine], run_alone.discounted_balance)


def test_order_and_company_of_issuers_do_not_matter_even_with_contagion() -> None:
    scenario = rich()
    names = list(scenario.issuers)
    turned = {name: scenario.issuers[name] for name in reversed(names)}
    there = outcome(scenario, 2_000)
    back = outcome(scenario.model_copy(update={"issuers": turned}), 2_000)
    assert np.array_equal(there.default_month, back.default_month[::-1])
    assert np.array_equal(there.cause, back.cause[::-1])


def test_seeds_give_other_paths() -> None:
    one, two = outcome(rich(), 500, seed=1), outcome(rich(), 500, seed=2)
    assert not np.any(one.log_index[0] == two.log_index[0])


def test_a_longer_horizon_leaves_earlier_months_untouched() -> None:
    short, long = outcome(rich({"horizon_months": 18}), 1000), outcome(rich(), 1000)
    early = np.where(long.default_month <= 18, long.default_month, 0.0)
    assert np.array_equal(short.default_month, early)


PLAIN = """
import json, sys
import numpy as np
from neocloud_mc.engine.run import run_chunk
from neocloud_mc.engine.tables import tabulate
from tests.engine.rich_world import rich
found = run_chunk(tabulate(rich({"horizon_months": 30}), 5, 4), range(40, 44))
json.dump({k: v.tobytes().hex() for k, v in vars(found).items()}, sys.stdout)
"""


def test_plain_python_gives_the_same_bits_as_the_compiled_kernel() -> None:
    """The same functions without compilation, four paths, every number of the outcome."""
    plain = subprocess.run(
        [sys.executable, "-c", PLAIN],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    compiled = run.run_chunk(tabulate(rich({"horizon_months": 30}), 5), range(40, 44))
    expected = {name: values.tobytes().hex() for name, values in vars(compiled).items()}
    assert json.loads(plain.stdout) == expected
    assert compiled.default_month.any()


def test_progress_counts_every_path() -> None:
    seen: list[int] = []
    run.simulate(rich(), paths=9_000, seed=1, threads=2, progress=seen.append)
    assert seen == [4096, 8192, 9000]


def test_digest_follows_what_decides_the_result() -> None:
    base = run.digest(rich(), paths=1000, seed=1)
    assert base == run.digest(rich(), paths=1000, seed=1)
    assert base.startswith("sha256:") and len(base) == 71
    changed = [
        run.digest(rich(), paths=1001, seed=1),
        run.digest(rich(), paths=1000, seed=2),
        run.digest(rich({"issuers": {"alpha": {"cash": 1.0}}}), paths=1000, seed=1),
    ]
    assert len({base, *changed}) == 4


def _defaulting(scenario: Scenario, cause: str) -> tuple[str, list[int]]:
    for name in scenario.issuers:
        found = find_defaults(scenario, name, cause, seed=1, paths=20_000, limit=3)
        if found:
            return name, found
    pytest.fail(f"no path with cause {cause}")


@pytest.mark.parametrize("cause", ["liquidity", "refinancing", "covenant"])
def test_a_found_path_replays_to_that_default(cause: str) -> None:
    scenario = rich()
    name, found = _defaulting(scenario, cause)
    place = list(scenario.issuers).index(name)
    whole = outcome(scenario, max(found) + 1)
    for path in found:
        story = ledger(scenario, name, 1, path)
        assert story.ending is not None
        assert story.ending.cause == cause
        assert story.ending.month == whole.default_month[place, path] == len(story.months)
        total = sum(tranche.loss for tranche in story.ending.tranches)
        row = tabulate(scenario, 1).issuers[place]
        assert total == whole.loss[int(row.first_tranche) : int(row.end_tranche), path].sum()


def test_every_line_of_a_ledger_adds_up() -> None:
    scenario = rich()
    for name in scenario.issuers:
        for path in range(20):
            story = ledger(scenario, name, 1, path)
            cash = scenario.issuers[name].cash
            for m in story.months:
                assert m.cash_before == cash
                end = m.cash_before + m.interest_income + m.cfads - m.purchases + m.financed
                end += m.borrowed + m.equity - m.interest - m.scheduled - m.balloons - m.prepaid
                cash = m.cash
                last = story.ending is not None and m.month == story.ending.month
                assert last or abs(end - cash) < 1e-6 * max(1.0, abs(m.cfads), m.purchases)


def test_replay_keeps_the_first_lane_of_the_path_asked_for() -> None:
    scenario = rich()
    whole = outcome(scenario, 50)
    states = list(replay(scenario, 1, 37))
    index = [state.market[0].index[0] for state in states[1:]]
    assert np.array_equal(whole.log_index[:, 37], index)
