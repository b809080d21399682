"""The market fitted to quotes: known parameters come back, and their intervals hold them."""

import math
import re
from collections import Counter

import numpy as np
import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.results.intervals import Z
from neocloud_mc.studies.fit.level import Parameter
from neocloud_mc.studies.fit.market import Known, MarketFit, fit, fit_resale
from neocloud_mc.studies.fit.quotes import Quotes, monthly
from neocloud_mc.studies.fit.reading import read
from neocloud_mc.studies.jackknife import student
from neocloud_mc.views import pages
from tests.quotes import (
    DEPRECIATION,
    DRIFT,
    ELASTICITY,
    TYPES,
    USED,
    VOLATILITY,
    Market,
    Row,
    indices,
    log_prices,
    quoted,
    text,
    used,
)

KNOWN = {gpu: Known(ageing) for gpu, (_, ageing) in TYPES.items()}
OWN, NOISE = 0.1, 0.05


def quotes_of(rows: list[Row]) -> Quotes:
    return monthly(read(text(rows), "quotes.csv"), "quotes.csv")


def simulated(n: int, months: int) -> list[tuple[Market, dict[str, list[float]], list[Row]]]:
    """Markets of the program's own making, with the log prices and the quotes of each."""
    market, found = Market(TYPES, noise=NOISE, own=OWN), []
    for series, path in enumerate(indices(n, months - 1).T.tolist()):
        logs = log_prices(market, path, seed=series)
        found.append((market, logs, quoted(market, logs, seed=1000 + series)))
    return found


def truths(
    market: Market, logs: dict[str, list[float]], rows: list[Row], found: MarketFit
) -> dict[str, tuple[Parameter, float]]:
    """Estimates beside what is true."""
    asked = Counter(row[2] for row in rows if row[1] == "a100")
    effect = (
        sum(n * market.providers["abcdefgh".index(name[-1])] for name, n in asked.items())
        / asked.total()
    )
    price = found.prices["a100"]
    own, apart = found.smoothed.own, next(iter(found.ageing))
    assert own is not None
    return {
        "drift": (found.drift, DRIFT),
        "volatility": (found.smoothed.volatility, VOLATILITY),
        "noise": (found.smoothed.noise, NOISE),
        "own": (own, OWN),
        "ageing": (found.ageing[apart], TYPES[apart][1]),
        "price": (
            Parameter(float(price.log[-1]), float(price.error[-1])),
            math.log(TYPES["a100"][0]) + logs["a100"][-1] + effect,
        ),
    }  # fmt: skip


def scores(n: int, months: int) -> dict[str, list[float]]:
    """Distance from the truth of each estimate, in its standard errors; infinite without one."""
    found: dict[str, list[float]] = {}
    for market, logs, rows in simulated(n, months):
        quotes = quotes_of(rows)
        known = {gpu: Known(ageing) for gpu, (_, ageing) in TYPES.items()}
        for name, (estimate, truth) in truths(market, logs, rows, fit(quotes, known, None)).items():
            error = estimate.error or 0.0
            z = (estimate.value - truth) / error if error else math.inf
            found.setdefault(name, []).append(z)
    return found


def test_known_parameters_come_back() -> None:
    """Of two markets: none is 5 standard errors off, and the mean is within 4 of its own."""
    for name, z in scores(2, 30).items():
        assert max(map(abs, z)) < 5.0, name
        assert abs(np.mean(z)) < 4.0 / math.sqrt(2), name


def test_a_drift_is_as_well_known_as_its_volatility_lets_it_be() -> None:
    """Of a random walk without noise: the mean of n changes, by Student's t of n − 1 degrees."""
    changes = [0.07] * 3 + [-0.11] * 3 + [0.07] * 3 + [-0.11] * 3
    logs, n = np.cumsum([0.0, *changes]), len(changes)
    days = [f"{2024 + month // 12}-{month % 12 + 1:02d}-15" for month in range(n + 1)]
    rows = [
        (day, "h100", "a", "", repr(math.exp(log)))
        for day, log in zip(days, logs.tolist(), strict=True)
    ]
    found = fit(quotes_of(rows), {}, None)
    sd = float(np.std(changes, ddof=1)) * math.sqrt(12)
    assert found.smoothed.volatility.value == pytest.approx(sd, rel=0.01)
    assert found.drift.value == pytest.approx(logs[-1] / n * 12, abs=1e-3)
    alone = sd / math.sqrt(n / 12)
    # Curvature and gradient are from differences over a tenth of the volatility.
    assert found.drift.error == pytest.approx(alone * student(n - 1) / Z, rel=0.01)


HELD = {"drift": 0.955, "volatility": 0.948, "noise": 0.938, "own": 0.917, "ageing": 0.948,
        "price": 0.95}  # fmt: skip
"""Share of 600 series whose truth lay within two standard errors: what `docs calibration` says."""


@pytest.mark.slow
def test_intervals_hold_known_parameters_as_often_as_the_page_says() -> None:
    """200 series of 36 months of the 600; within 3 standard errors of the share."""
    found = {name: float(np.mean(np.abs(z) <= 2.0)) for name, z in scores(200, 36).items()}
    for name, share in HELD.items():
        assert abs(found[name] - share) <= 3.0 * math.sqrt(share * (1 - share) / 200), found


def test_the_page_says_how_often_intervals_hold() -> None:
    said = re.findall(r"([0-9]+\.[0-9])%", pages.page("calibration"))
    assert {f"{100 * share:.1f}" for share in HELD.values()} <= set(said)


def calm(months: int = 30, providers: int = 4, **changes: object) -> list[Row]:
    """Quotes of one market."""
    market = Market(TYPES, Market(TYPES).providers[:providers], own=OWN, **changes)  # type: ignore[arg-type]
    return quoted(market, log_prices(market, indices(1, months - 1)[:, 0].tolist(), 1), seed=1)


def test_the_order_of_lines_does_not_matter() -> None:
    rows = calm()
    shuffled = [rows[place] for place in np.random.default_rng(1).permutation(len(rows))]
    one, two = (fit(quotes_of(it), KNOWN, None) for it in (rows, shuffled))
    assert one.drift.value == pytest.approx(two.drift.value, abs=1e-3)
    assert one.smoothed.volatility.value == pytest.approx(two.smoothed.volatility.value, abs=1e-3)


def test_a_line_twice_is_one_quote_and_several_of_a_day_are_their_median() -> None:
    rows = calm()
    doubled = quotes_of([*rows, *rows])
    assert len(doubled.month) == len(rows) and doubled.n_repeated == 2 * len(rows)
    assert doubled.log_price == pytest.approx(quotes_of(rows).log_price)
    day, gpu, provider, kind, price = rows[0]
    three = [(day, gpu, provider, kind, str(factor * float(price))) for factor in (1, 2, 30)]
    assert math.exp(quotes_of(three).log_price[0]) == pytest.approx(2 * float(price))


def test_a_month_has_the_last_quote_of_a_series() -> None:
    rows = [("2025-03-29", "h100", "a", "", "3"), ("2025-03-02", "h100", "a", "", "2"),
            ("2025-01-05", "H100", "a", "", "1")]  # fmt: skip
    found = quotes_of(rows)
    assert found.gpus == ("h100",) and found.month.tolist() == [0, 2]
    assert found.log_price == pytest.approx([0.0, math.log(3)])
    assert (found.n_months, found.n_quoted, found.name_of(2)) == (3, 2, "2025-03")


def test_a_misprint_is_left_out_and_named_by_its_line() -> None:
    rows = calm()
    day, gpu, provider, kind, price = rows[40]
    spoilt = [*rows[:40], (day, gpu, provider, kind, str(10 * float(price))), *rows[41:]]
    right, found = (fit(quotes_of(it), KNOWN, None) for it in (rows, spoilt))
    assert right.left_out == () and found.left_out == (42,)
    assert found.smoothed.noise.value == pytest.approx(NOISE, rel=0.2)
    assert found.drift.value == pytest.approx(right.drift.value, abs=0.02)


def test_months_without_quotes_are_bridged() -> None:
    whole = calm()
    first = min(row[0][:7] for row in whole)
    rows = [row for row in whole if not "2024-03" <= row[0][:7] <= "2024-07"]
    found = fit(quotes_of(rows), KNOWN, None)
    assert first < "2024-03" and found.quotes.n_months - found.quotes.n_quoted == 5
    error = found.index.error
    gap = [m for m in range(30) if "2024-03" <= found.quotes.name_of(m) <= "2024-07"]
    assert error[gap[2]] > 1.9 * error[gap[0] - 1]


def test_one_provider_is_enough_and_less_sure() -> None:
    one, four = (fit(quotes_of(calm(providers=n)), KNOWN, None) for n in (1, 4))
    errors = [found.smoothed.noise.error or math.inf for found in (one, four)]
    assert errors[0] > 1.5 * errors[1]
    assert one.prices["h100"].error[-1] > four.prices["h100"].error[-1]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2025-01-01," + "h" * 200_000 + ",,,2", "2: is no CSV: field larger than field limit"),
        ("2025-01-01,h100,,,2e9", "2: price: 2e9 is above 1,000,000,000: quotes are in dollars"),
        ("2025-01-01,h100,,,inf", "2: price: inf is not above 0 and finite"),
        ("2025-01-01,h100,,,-2", "2: price: -2 is not above 0 and finite"),
        ("0001-01-01,h100,,,2", "2: date: 0001-01-01 is outside 2000 to 2099"),
        ("9999-12-31,h100,,,2", "2: date: 9999-12-31 is outside 2000 to 2099"),
    ],
)
def test_a_line_that_no_list_of_prices_has_is_refused_by_its_number(row: str, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"quotes.csv:{told}")):
        read(f"date,gpu,provider,kind,price\n{row}\n", "quotes.csv")


@pytest.mark.parametrize("further", ["2025-03-01,h100,,,2\n", "x" * 200_000, ""])
def test_an_unclosed_quotation_mark_is_told_where_it_opens(further: str) -> None:
    text = f'date,gpu,provider,kind,price\n2025-01-01,h100,a,,2\n2025-02-01,h100,"a,,2\n{further}'
    told = 'quotes.csv:3: is no CSV: a quotation mark (") opens here and is not closed'
    with pytest.raises(UsageError, match=re.escape(told)):
        read(text, "quotes.csv")


def test_a_cell_of_several_lines_is_told_where_it_begins() -> None:
    text = 'date,gpu,provider,kind,price\n2025-01-01,h100,"a\nb",,2\n2025-02-01,h100,c,,2\n'
    assert [(quote.provider, quote.line) for quote in read(text, "q.csv")] == [
        ("a\nb", 2),
        ("c", 4),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(ending: str) -> None:
    lines = ["date,gpu,price", "2025-01-01,h100,2", "2025-02-01,h100,3"]
    assert [quote.line for quote in read(ending.join(lines), "quotes.csv")] == [2, 3]


def test_three_months_are_refused() -> None:
    with pytest.raises(UsageError, match="3 months with quotes: a volatility takes some 24"):
        fit(quotes_of(calm(months=3)), KNOWN, None)


def test_a_prior_and_the_quotes_meet_by_their_precision() -> None:
    quotes, prior = quotes_of(calm()), Parameter(-0.6, 0.1)
    alone, both = (fit(quotes, KNOWN, held) for held in (None, prior))
    assert alone.drift.error is not None and prior.error is not None
    weights = alone.drift.error**-2, prior.error**-2
    mean = (weights[0] * alone.drift.value + weights[1] * prior.value) / sum(weights)
    assert both.drift == alone.drift == alone.posterior
    assert both.posterior.value == pytest.approx(mean, abs=1e-9)
    assert both.posterior.error == pytest.approx(sum(weights) ** -0.5, abs=1e-9)


def test_noise_that_is_not_filtered_would_be_volatility() -> None:
    """5% of noise of one series adds about 0.08 to a volatility of raw changes of 0.3."""
    path = indices(40, 119)
    rows = [path[1:, k] - path[:-1, k] for k in range(40)]
    raw = np.std(np.concatenate(rows)) * math.sqrt(12)
    noise = np.random.default_rng(1).normal(0, 0.05, path.shape)
    noisy = np.std(np.diff(path + noise, axis=0)) * math.sqrt(12)
    assert raw == pytest.approx(VOLATILITY, rel=0.05)
    assert 0.06 < noisy - raw < 0.1


def test_used_gpus_tell_elasticity_and_depreciation() -> None:
    (market, logs, rows), = simulated(1, 36)  # fmt: skip
    prices = fit(quotes_of(rows), KNOWN, None)
    second = Market(USED, (0.0, 0.08), noise=0.03, kind="used")
    found = fit_resale(quotes_of(quoted(second, used(logs), seed=3)), prices)
    assert found.elasticity.error is not None and found.elasticity.error < 0.2
    assert abs(found.elasticity.value - ELASTICITY) < 4.0 * found.elasticity.error + 0.05
    for gpu in USED:
        dep = found.depreciation[gpu]
        assert dep.error is not None and abs(dep.value - DEPRECIATION) < 4.0 * dep.error + 0.02
    assert market.types is TYPES


def test_used_gpus_of_other_types_or_times_are_refused() -> None:
    prices = fit(quotes_of(calm()), KNOWN, None)
    for row in (("2025-01-05", "b300", "a", "", "9"), ("2001-01-05", "h100", "a", "", "9")):
        with pytest.raises(UsageError, match="no quote of a type and month of quotes"):
            fit_resale(quotes_of([row]), prices)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "quotes.csv: is empty: the first line names date,gpu,provider,kind,price"),
        ("\n \n", "quotes.csv: is empty"),
        ("date,model,price\n", "quotes.csv:1: no column gpu: the first line names date,gpu,"),
        ("date;gpu;price\n", "quotes.csv:1: semicolons stand between its cells: put commas there"),
        ("date\tgpu\tprice\n", "quotes.csv:1: tabs stand between its cells: put commas there"),
        ("date,gpu,price,price\n", "quotes.csv:1: the column price is there twice"),
        ("date,gpu\n2025-01-01,h100\n", "quotes.csv:1: no column price"),
        ("date,gpu,price\n", "quotes.csv: holds no quotes"),
        ("date,gpu,price\n2025-13-01,h100,2\n", "quotes.csv:2: date: '2025-13-01' is no date"),
        ("date,gpu,price\n06/30/2025,h100,2\n", "quotes.csv:2: date: '06/30/2025' is no date "
         "such as 2025-06-30 (did you mean 2025-06-30?)"),
        ("date,gpu,price\n\n2025-01-01,h100,two\n", "quotes.csv:3: price: 'two' is no number"),
        ("date,gpu,price\n2025-01-01,h100,\n", "quotes.csv:2: price: is empty"),
        ("date,gpu,price\n2025-01-01,h100,0\n", "quotes.csv:2: price: 0 is not above 0"),
        ("date,gpu,price\n2025-01-01,h100,nan\n", "quotes.csv:2: price: nan is not above 0"),
        ("date,gpu,price\n2025-01-01,,2\n", "quotes.csv:2: gpu: is empty"),
        ("date,gpu,price\n2025-01-01,h100\n", "quotes.csv:2: 2 cells, 3 are expected"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(content: str, said: str) -> None:
    with pytest.raises(UsageError) as found:
        read(content, "quotes.csv")
    assert str(found.value).startswith(said)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("day", "price", "said"),
    [
        ("30.06.2025", "2.35", "date: '30.06.2025' is no date such as 2025-06-30 (did you mean"),
        ("2025-06-30", '"2,35"', "price: '2,35' is no number such as 2.35 (did you mean 2.35?)"),
        (
            "2025-06-30",
            '"1,234"',
            "price: '1,234' is no number such as 2.35 (did you mean 1.234 or",
        ),
        (
            "2025-06-30",
            '"1.234,5"',
            "price: '1.234,5' is no number such as 2.35 (did you mean 1234.",
        ),
        (
            "2025-06-30",
            '"1,234.5"',
            "price: '1,234.5' is no number such as 2.35 (did you mean 1234.",
        ),
        ("2025-06-30", "$2.35", "price: '$2.35' is no number such as 2.35 (did you mean 2.35?)"),
        ("2025-06-30", "2.3 USD", "price: '2.3 USD' is no number such as 2.35 (did you mean 2.3?)"),
        ("2025-06-30", "2,35", "4 cells, 3 are expected: points in numbers, not commas"),
    ],
)
def test_what_a_spreadsheet_writes_otherwise_is_told_as_it_is_to_be_written(
    day: str, price: str, said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(f"quotes.csv:2: {said}")):
        read(f"date,gpu,price\n{day},h100,{price}\n", "quotes.csv")


def test_one_fault_on_many_lines_is_told_once() -> None:
    lines = [f"{day:02d}.06.2025,h100,2" for day in range(1, 15)]
    with pytest.raises(UsageError) as found:
        read("\n".join(["date,gpu,price", *lines, "2025-06-30,,2"]), "quotes.csv")
    assert str(found.value).splitlines() == [
        "quotes.csv:2: date: '01.06.2025' is no date such as 2025-06-30 (did you mean 2025-06-01?);"
        " likewise lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more",
        "quotes.csv:16: gpu: is empty",
    ]


def test_empty_cells_behind_a_line_and_lines_before_the_header_do_not_matter() -> None:
    (quote,) = read("\n,,\ndate,gpu,price\n2025-01-01,h100,2,,\n", "quotes.csv")
    assert (quote.price, quote.line) == (2.0, 4)
