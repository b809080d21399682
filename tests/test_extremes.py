"""Numbers at the ends of what the format allows: finite results, or a refusal in words."""

import copy
import io
import json
import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings, strategies as st

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.engine.replay import ledger
from neocloud_mc.errors import NeocloudError
from neocloud_mc.results.book import Outcome
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.measures import kind, measures
from neocloud_mc.results.run import RunInfo, RunResult
from neocloud_mc.results.tally import tally
from neocloud_mc.scenario import rules, shape as shapes
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.register import entries
from neocloud_mc.views import ledger_data, register, result_csv, result_json, result_markdown
from neocloud_mc.views.result_table import show
from neocloud_mc.views.terminal import plain
from tests.engine.rich_world import rich
from tests.engine.strategies import scenarios
from tests.worlds import Tree, outcome, tree

LARGEST_SEED: Final = 2**64 - 1
CENT: Final = 0.01


def refused(constant: str) -> float:
    raise AssertionError(f"JSON holds {constant}")


def examine(of: Tree, *, paths: int = 70, seed: int = 1) -> bool:
    """Run a scenario, write it in every form; whether it was run, not refused."""
    try:
        scenario = Scenario.model_validate(of)
        if list(rules.mistakes(scenario)):
            return False
        book = open_book(scenario)
        found = outcome(scenario, paths, seed)
        counted = tally(book, found)
    except (NeocloudError, ValueError) as error:
        assert str(error)
        return False
    is_sound(found, scenario)
    estimates = estimate(book, counted)
    for measure in measures(estimates):
        is_a_number(measure.path, measure.estimate)
    info = RunInfo("0", scenario.name, "sha256:0", None, paths, seed, book.months, {}, {})
    result = RunResult(info, estimates, (), None)
    json.loads(result_json.render([result]), parse_constant=refused)
    is_readable(result_csv.render([result]))
    is_readable(result_markdown.render([result]))
    is_readable(plain(lambda console: show(console, [result])))
    for issuer in scenario.issuers:
        story = ledger(scenario, issuer, seed, paths - 1)
        json.loads(ledger_data.as_json(story), parse_constant=refused)
        is_readable(ledger_data.as_csv(story))
    return True


def is_sound(found: Outcome, scenario: Scenario) -> None:
    """Assert that what happened on the paths can happen."""
    for name in ("default_month", "cause", "first_breach", "claim", "loss", "exposure"):
        values = getattr(found, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0.0).all(), name
    assert np.isfinite(found.log_index).all()
    assert (found.default_month <= scenario.horizon_months).all()
    assert (found.loss <= found.claim * (1 + 1e-9) + CENT).all()
    assert ((found.cause > 0) == (found.default_month > 0)).all()


def is_a_number(path: str, found: Any) -> None:
    """Assert that an estimate is finite, in its interval, in its range."""
    given = [x for x in (found.low, found.value, found.high) if x is not None]
    assert all(math.isfinite(x) for x in given), (path, found)
    slack = 1e-9 * max(map(abs, given), default=0.0)
    assert all(a <= b + slack for a, b in zip(given, given[1:], strict=False)), (path, found)
    if kind(path) == "share":
        assert all(-1e-12 <= x <= 1 + 1e-12 for x in given), (path, found)


def is_readable(text: str) -> None:
    """Assert that no cell is a number that none is."""
    words = text.replace(",", " ").replace("|", " ").replace("(", " ").replace("–", " ").split()
    assert not {"nan", "inf", "-inf", "$nan", "$inf", "nan%", "inf%"} & set(words)
