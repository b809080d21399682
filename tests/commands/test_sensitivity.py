"""`sensitivity` as a shell sees it: the ranking, the ends, the page of assumptions, refusals."""

import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds

PRINCIPAL = worlds.PRINCIPAL
Capture = pytest.CaptureFixture[str]


_TOLD: dict[tuple[str, ...], str] = {}
"""What was printed before, by its arguments: the same words print the same."""


@pytest.fixture(scope="module")
def spot(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Acme's debt ranges from a default probability of 10% to one of 60%."""
    ends = f"{worlds.owing(0.1)!r} to {worlds.owing(0.6)!r}"
    return worlds.write(
        tmp_path_factory.mktemp("spot"),
        issuers__acme__tranches__loan__principal=f"an audit; range {ends}",
        issuers__acme__tranches__loan__maturity="the contract; range 1 to 1",
        market__price__volatility="a guess; range -10% to +10%",
        market__regime="nobody knows",
        gpus="one | type; range -5% to +5%",
    )


def moved(capsys: Capture, *arguments: str, paths: int = 20_000) -> str:
    given = (*arguments, "--paths", str(paths))
    if given not in _TOLD:
        assert main(["sensitivity", *given, "-q"]) == 0
        _TOLD[given] = capsys.readouterr().out
    return _TOLD[given]


def document(capsys: Capture, *arguments: str, paths: int = 20_000) -> Any:
    return json.loads(moved(capsys, *arguments, "--format", "json", paths=paths))


def by_name(result: Any) -> dict[str, Any]:
    return {driver["driver"]: driver for driver in result["drivers"]}


def test_a_driver_at_its_ends_has_the_closed_forms_effect(spot: str, capsys: Capture) -> None:
    driver = by_name(document(capsys, spot))[PRINCIPAL]
    for side, truth in (("low", -0.2), ("high", 0.3)):
        change = driver["ends"][side]["changes"]["issuers.acme.pd.1"]
        half_width = (change["high"] - change["low"]) / 2
        assert abs(change["value"] - truth) < 2.3 * half_width
        assert half_width < 0.01


def test_the_strongest_driver_stands_first_and_bars_leave_the_base_value(
    spot: str, capsys: Capture
) -> None:
    lines = moved(capsys, spot).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("───")) + 1
    assert lines[start].startswith("issuers.acme.tranches.loan.principal")
    assert "▒│█" in lines[start]
    assert "−20" in lines[start] and "+3" in lines[start]
    assert lines[start + 1].startswith("issuers.acme.fleet.lot.count")


def test_a_name_that_is_printed_can_be_given(spot: str, capsys: Capture) -> None:
    lines = moved(capsys, spot).splitlines()
    names = [line.split()[0] for line in lines if re.search(r"\d → \d", line)]
    assert len(names) == 2
    for name in names:
        assert main(["show", spot, "--set", f"{name}=7", "-q"]) == 0
        assert main(["show", spot, "--set", f"{name}x=7", "-q"]) == 2
    capsys.readouterr()


def test_figures_of_one_entry_move_together(spot: str, capsys: Capture) -> None:
    driver = by_name(document(capsys, spot))["market.price.volatility"]
    assert [figure["path"] for figure in driver["figures"]] == [
        "market.price.volatility.glut", "market.price.volatility.shortage",
    ]  # fmt: skip
    assert driver["range"] == "−10% to +10%"


def test_without_a_range_it_is_a_tenth_and_the_table_says_so(spot: str, capsys: Capture) -> None:
    result = by_name(document(capsys, spot))
    assert result["market.regime"]["basis"] == "±10%"
    assert result["market.price.volatility"]["basis"] == "range"
    assert "† the file gives no range: ±10%, a whole number at least 1." in moved(
        capsys, spot, "--only", "issuers.acme.fleet"
    )


def test_drivers_that_change_no_path_are_not_ranked(spot: str, capsys: Capture) -> None:
    text = moved(capsys, spot)
    assert "market.resale" not in text and "drivers that were moved change it on no path." in text


def test_top_limits_the_table_and_files_hold_all(spot: str, capsys: Capture) -> None:
    short = moved(capsys, spot, "--top", "1")
    assert "tranches.loan.principal" in short and "more drivers change it, by less." in short
    assert "\ngpus" not in short
    found = re.search(r"(\d+) more drivers change it", short)
    assert found and "\n1 more driver changes it, by less." in moved(
        capsys, spot, "--top", found[1]
    )
    rows = list(csv.DictReader(io.StringIO(moved(capsys, spot, "--top", "1", "--format", "csv"))))
    result = document(capsys, spot)
    assert {row["driver"] for row in rows} == {""} | set(by_name(result))
    value, change = (row for row in rows if (row["driver"], row["end"]) == (PRINCIPAL, "high"))
    end = by_name(result)[PRINCIPAL]["ends"]["high"]
    assert float(value["value"]) == end["values"]["issuers.acme.pd.1"]["value"]
    assert float(change["value"]) == end["changes"]["issuers.acme.pd.1"]["value"]
    assert (value["against"], change["against"]) == ("", "spot")
    assert float(change["to"]) == worlds.owing(0.6)


def test_only_moves_what_lies_there(spot: str, capsys: Capture) -> None:
    names = by_name(document(capsys, spot, "--only", "market.price"))
    every = by_name(document(capsys, spot))
    assert set(names) == {name for name in every if name.startswith("market.price.")}
    assert {"market.price.volatility", "market.price.drift.glut"} <= set(names) < set(every)


def test_an_end_that_is_no_scenario_is_told_not_dropped(tmp_path: Path, capsys: Capture) -> None:
    path = worlds.write(tmp_path, issuers__acme__fleet__lot__service_month="soon; range 0 to 3")
    text = Path(path).read_text().replace("gpu: gpu\n", "gpu: gpu\n        service_month: 2\n"
        "        pay_month: 1\n        unit_cost: 1\n")  # fmt: skip
    Path(path).write_text(text)
    key = "issuers.acme.fleet.lot.service_month"
    driver = by_name(document(capsys, path, "--only", key, paths=500))[key]
    assert list(driver["ends"]) == ["high"]
    assert driver["refused"] == {
        "low": "issuers.acme.fleet.lot.pay_month: 1 is not before service_month 0"
    }
    table = moved(capsys, path, "--only", key, paths=500)
    assert "Ends that make no valid scenario, not simulated" in table
    assert "1 is not before service_month 0" in table
    page = moved(capsys, path, "--only", key, "--format", "markdown", paths=500)
    assert "1 is not before service_month 0" in " ".join(page.split())


def test_markdown_is_a_page_of_all_assumptions(spot: str, capsys: Capture) -> None:
    page = moved(capsys, spot, "--format", "markdown")
    assert page.startswith("# Assumptions: every figure that nobody published")
    for title in ("## Market", "## GPUs", "## Customers", "## acme"):
        assert f"\n{title}\n" in page
    assert [line for line in page.splitlines() if len(line) > 80] == []
    entries = {entry.partition("**")[0]: entry for entry in page.split("\n- **")}
    loan = entries["tranches.loan.principal"]
    found = re.search(r"acme\.pd\.1 (\S+) / (\S+)", loan)
    assert found is not None
    assert float(found[1].replace("−", "-")) == pytest.approx(-20, abs=1.5)
    assert float(found[2]) == pytest.approx(30, abs=1.5)
    assert "\n  - an audit" in loan
    assert "one \\| type" in page
    assert "no path changes" in entries["total_gpus"]


def strengths(text: str) -> list[float]:
    """The larger change of each entry of a page, in the order of the page."""
    found = []
    for entry in text.split("\n- **")[1:]:
        changes = re.search(r"acme\.pd\.1 \(?([^\s)]+)\)?\s/\s\(?([^\s);]+)", entry)
        ends = changes.groups() if changes else ()
        numbers = [abs(float(e.replace("−", "-"))) for e in ends if e.strip("–")]
        found.append(max(numbers, default=0.0))
    return found


def test_the_page_begins_with_what_matters_most(spot: str, capsys: Capture) -> None:
    page = moved(capsys, spot, "--format", "markdown")
    parts = [strengths(part) for part in page.split("\n## ")[1:]]
    rounding = 0.5
    for strongest_first in (*parts, [part[0] for part in parts]):
        for stronger, weaker in pairwise(strongest_first):
            assert stronger >= weaker - rounding
    assert parts[0][0] > 10.0 > parts[-1][-1]


def test_threads_do_not_change_an_analysis(spot: str, capsys: Capture) -> None:
    arguments = [spot, "--only", "market.price"]
    one, two = (
        document(capsys, *arguments, "--threads", n, paths=9000)["drivers"] for n in ("1", "2")
    )
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "market.prise"], "did you mean 'market.price'?"),
        (["--measure", "acme.pd.13"], "did you mean"),
    ],
)
def test_what_cannot_be_moved_is_one_line(
    spot: str, capsys: Capture, arguments: list[str], told: str
) -> None:
    assert main(["sensitivity", spot, *arguments, "--paths", "1e12"]) == 2
    found = capsys.readouterr()
    assert found.out == "" and told in found.err and found.err.count("\n") == 1
