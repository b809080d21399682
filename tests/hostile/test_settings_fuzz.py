"""Whatever stands behind --set, --fail-if and --vary is understood or refused in one line each."""

import io
import math
import time
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from neocloud_mc.errors import NeocloudError, UsageError
from neocloud_mc.results.estimates import estimate
from neocloud_mc.results.gates import check, judge
from neocloud_mc.results.measures import measures
from neocloud_mc.results.tally import nothing, tally
from neocloud_mc.scenario.load import Loaded, load
from neocloud_mc.scenario.sources import entries
from neocloud_mc.scenario.variants import ladder
from tests.hostile.mutations import TOKENS
from tests.results.samples import book, independent
from tests.scenario.desk import SMALL

SECONDS: Final = 2.0
GOOD: Final = load("-", stdin=io.StringIO(SMALL))
KEYS: Final = tuple(entry.path for entry in entries(GOOD.resolved))
BOOK: Final = book(2)
ESTIMATES: Final = estimate(BOOK, tally(BOOK, independent(BOOK, 500)))
MEASURES: Final = tuple(measure.path for measure in measures(estimate(BOOK, nothing(BOOK))))

TEXTS = st.text(max_size=30) | st.sampled_from(TOKENS).map(lambda t: t.decode("utf-8", "replace"))
NUMBERS = (
    st.floats().map(repr)
    | st.integers().map(str)
    | st.sampled_from(["1e999", "-1e-999", "1_000", "0x10", "inf", "nan", "", " ", "٣", "9" * 9999])
)
OPERATORS = st.sampled_from([">", "<", ">=", "<=", "=", "==", ">>"])
thousands = settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], database=None)


@st.composite
def spoiled(draw: st.DrawFn, known: Sequence[str]) -> str:
    """A known name, cut, repeated or with something in it."""
    name = draw(st.sampled_from(known))
    place = draw(st.integers(0, len(name)))
    within = draw(
        st.just("") | TEXTS | st.sampled_from([".", "..", ".x", "-", "[0]", "*", "__class__"])
    )
    spoilt = name[:place] + within + name[place:]
    return draw(st.sampled_from([name, spoilt, name[place:], within]))


VALUES = (
    NUMBERS | TEXTS | st.sampled_from(["{}", "[]", "null", "{a: 1}", "{cash: 1}", "*a", "&a [*a]"])
)


def told(read: Callable[[str], object], text: str) -> list[str]:
    """What is wrong with the text; quick, and fit to print."""
    started = time.process_time()
    lines: list[str] = []
    try:
        read(text)
    except NeocloudError as error:
        lines = error.lines
        assert lines
    assert time.process_time() - started < SECONDS
    assert all(line.isprintable() and len(line) < 1_000 + len(text) * 6 for line in lines), lines
    return lines


def changed(setting: str) -> Loaded:
    return load("-", [setting], stdin=io.StringIO(SMALL))


@thousands
@given(st.builds("{}={}".format, spoiled(KEYS), VALUES) | TEXTS)
@example("=")
@example("issuers.acme.cash=" + "[" * 10_000)
@example("issuers.acme.cash=" + "9" * 100_000)
@example("issuers." + "a." * 10_000 + "b=1")
@example("a" * 100_000 + "=1")
@example("issuers.acme.tranches.loan.amortization." + "9" * 5000 + "=1")
@example("issuers.acme={cash: 1, fleet: &a {b: *a}}")
@example("sources.\x1b[31m=\x1b")
@example('issuers.acme.label="\\e[31m\\n"')
@example("description='=cmd|x'\n--- {}")
def test_a_setting_is_made_or_refused(setting: str) -> None:
    for line in told(changed, setting):
        assert line.startswith(("--set ", "-:", "and "))


@thousands
@given(st.builds("{} {} {}".format, spoiled(MEASURES), OPERATORS, NUMBERS) | TEXTS)
@example("a" * 100_000 + " > 0.1")
@example("issuer_0.pd.12 > " + "9" * 100_000)
@example("issuer_0.pd.12 > 5e-324")
@example("issuer_0.pd.12 > -5e-324")
@example(">" * 100_000)
@example(" " * 100_000 + ">")
def test_a_condition_is_judged_or_refused(text: str) -> None:
    def decide(expr: str) -> None:
        verdict = judge(check(BOOK, expr), ESTIMATES)
        assert verdict.status in ("passed", "breached", "inconclusive")
        assert verdict.message.isprintable()

    assert len(told(decide, text)) <= 1


@pytest.mark.parametrize("distance", [0.0, 5e-324, 1e-300, 1e-17, 1e-9, 1e-3])
def test_a_limit_near_the_estimate_never_asks_for_paths_that_nobody_can_simulate(
    distance: float,
) -> None:
    found = ESTIMATES.issuers["issuer_0"].pd[24].value
    assert found is not None
    verdict = judge(check(BOOK, f"issuer_0.pd.24 > {found + distance!r}"), ESTIMATES)
    assert verdict.status == "inconclusive"
    assert "more paths may not decide" in verdict.message or "paths would decide" in verdict.message


@thousands
@given(st.builds("{}={}:{}:{}{}".format, spoiled(KEYS), NUMBERS, NUMBERS, NUMBERS | st.just("5"),
                 st.sampled_from(["", ":log", ":lin", ":", "::"])) | TEXTS)  # fmt: skip
@example("a=0:1:" + "9" * 100_000)
@example("a=-1e308:1e308:5")
@example("a=1e-308:1e308:5:log")
@example("a=5e-324:1e-323:9:log")
def test_a_ladder_is_finite_ascending_and_within_its_ends_or_refused(text: str) -> None:
    def steps(given: str) -> None:
        values = ladder.parse(given).values
        low, high = (float(part) for part in given.rpartition("=")[2].split(":")[:2])
        assert 1 <= len(values) <= ladder.MOST_POINTS
        assert all(math.isfinite(value) for value in values)
        assert list(values) == sorted(set(values))
        assert min(values) == low and max(values) <= max(low, high)

    assert len(told(steps, text)) <= 1


@pytest.mark.parametrize("read", [ladder.parse, ladder.parse_interval])
def test_what_is_no_ladder_is_bad_usage(read: Callable[[str], object]) -> None:
    with pytest.raises(UsageError):
        read("market.risk_free")
