"""`explain`: finds a path, tells why it defaults, and every line adds up."""

import csv
import io
import json

import pytest

from neocloud_mc.cli import main

EVERY = "tests/golden/every_mechanism/scenario.yaml"
BULLET = "tests/golden/one_bullet/scenario.yaml"
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("cause", ["liquidity", "refinancing", "covenant"])
def test_a_found_default_is_explained_and_adds_up(capsys: Capture, cause: str) -> None:
    arguments = ["explain", EVERY, "--issuer", "alpha", "--find", f"default:{cause}", "-q"]
    assert main([*arguments, "--paths", "20000", "--format", "json"]) == 0
    story = json.loads(capsys.readouterr().out)
    assert story["ending"]["cause"] == cause
    assert story["found"][0] == story["path"]
    assert "defaults in month" in story["summary"]
    for month in story["months"][:-1]:
        total = (
            month["cash_before"] + month["interest_income"] + month["cfads"]
            - month["purchases"] + month["financed"] - month["interest"]
            - month["scheduled"] - month["balloons"] + month["borrowed"]
            + month["equity"] - month["prepaid"]
        )  # fmt: skip
        assert total == pytest.approx(month["cash"], abs=0.01)
    claims = sum(tranche["claim"] for tranche in story["ending"]["tranches"])
    losses = sum(tranche["loss"] for tranche in story["ending"]["tranches"])
    means = sum(pool["proceeds"] for pool in story["ending"]["pools"]) + story["ending"]["estate"]
    assert 0.0 <= losses <= claims and claims - losses <= means * (1 + 1e-12)


def test_the_table_tells_the_end_in_a_sentence(capsys: Capture) -> None:
    assert main(["explain", BULLET, "--find", "default:refinancing", "-q"]) == 0
    told = capsys.readouterr().out
    assert "acme defaults in month 12" in told
    assert "Cash account, $m" in told and "Who recovers what, $m" in told
    assert "balloon of loan, $" in told and "falls due" in told


def test_events_and_recovery_come_before_the_accounts(capsys: Capture) -> None:
    arguments = ["explain", EVERY, "--issuer", "alpha", "--find", "default:covenant", "-q"]
    assert main([*arguments, "--paths", "20000"]) == 0
    told = capsys.readouterr().out
    titles = [
        *("What happened", "Who recovers what, $m", "Covenants where they are tested"),
        *("Balances by tranche, $m", "Cash account, $m", "Market and fleet"),
    ]
    assert sorted(titles, key=told.index) == titles
    assert "! " in told and "DSCR ≥" in told


def test_accounts_come_by_quarter_on_request(capsys: Capture) -> None:
    arguments = ["explain", BULLET, "--path", "3", "--set", "issuers.acme.cash=1e9", "-q"]
    assert main([*arguments, "--quarterly", "--format", "json"]) == 0
    quarters = json.loads(capsys.readouterr().out)["months"]
    assert [quarter["month"] for quarter in quarters] == [3, 6, 9, 12]
    assert main([*arguments, "--format", "json"]) == 0
    months = json.loads(capsys.readouterr().out)["months"]
    assert quarters[0]["cfads"] == pytest.approx(sum(month["cfads"] for month in months[:3]))
    assert quarters[-1]["cash"] == months[-1]["cash"]


def test_a_path_that_lives_says_so(capsys: Capture) -> None:
    arguments = ["explain", BULLET, "--path", "3", "--set", "issuers.acme.cash=1e9", "-q"]
    assert main(arguments) == 0
    assert "lives to month 12" in capsys.readouterr().out


def test_csv_has_a_month_a_row(capsys: Capture) -> None:
    assert main(["explain", BULLET, "--path", "0", "--format", "csv", "-q"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["month"] for row in rows] == [str(t) for t in range(1, 13)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--issuer", "alhpa"], "did you mean 'alpha'"),
        ([], "--issuer is missing: one of alpha, beta"),
        (["--issuer", "alpha", "--find", "death"], "give one of default"),
    ],
)
def test_wrong_usage_is_one_line(capsys: Capture, wrong: list[str], told: str) -> None:
    assert main(["explain", EVERY, "-q", *wrong]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_nothing_found_is_said(capsys: Capture) -> None:
    arguments = ["explain", BULLET, "--find", "default:covenant", "--paths", "500", "-q"]
    assert main(arguments) == 1
    assert "no default:covenant on paths 0 to 499" in capsys.readouterr().err
