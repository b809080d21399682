"""What a user wrote is repeated in part where it is long, and completed where it is short."""

from pathlib import Path

import pytest

from neocloud_mc.cli import main
from tests.scenario.desk import SMALL, mistakes, write

LONG = "x" * 100_000


@pytest.mark.parametrize(
    "setting",
    [f"issuers.acme.cash={LONG}", f"issuers.{LONG}=1", LONG, f"{LONG}.cash=1", f"name={LONG}",
     f"issuers.acme.cash=[{LONG}]", f"sources.{LONG}={LONG}", f"issuers.acme.cash={{{LONG}: 1}}"],
)  # fmt: skip
def test_a_long_setting_is_not_repeated_in_full(
    setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), x=SMALL)
    main(["validate", "x.yaml", "--set", setting])
    told = capsys.readouterr().err.splitlines()
    assert told and max(map(len, told)) < 1100


@pytest.mark.parametrize("key", ["--vary", "--only"])
def test_other_long_options_are_not_repeated_in_full(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(), x=SMALL)
    command = ["sweep", "x.yaml", "--measure", "acme.pd.12"] if key == "--vary" else [
        "sensitivity", "x.yaml", "--paths", "10"]  # fmt: skip
    assert main([*command, key, LONG]) == 2
    assert max(map(len, capsys.readouterr().err.splitlines())) < 1100


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("acme.cash=1", "issuers.acme.cash"),
        ("acme.costs.inflation=0.1", "issuers.acme.costs.inflation"),
        ("acme.tranches.ddtl.margin=0.1", "issuers.acme.tranches.ddtl.margin"),
        ("risk_free=0.1", "market.risk_free"),
        ("h100.price=1", "gpus.h100.price"),
        ("startup.default_intensity=1", "customers.startup.default_intensity"),
    ],
)
def test_a_path_without_its_beginning_is_completed(setting: str, meant: str) -> None:
    (line,) = mistakes(SMALL, setting)
    first = setting.partition(".")[0].partition("=")[0]
    assert line == f"--set {setting}: unknown key {first!r} (did you mean {meant}?)"


def test_a_file_without_its_suffix_is_completed(capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(), acme=SMALL)
    assert main(["validate", "acme"]) == 2
    assert capsys.readouterr().err == "acme: there is no such file (did you mean acme.yaml?)\n"
    (line,) = mistakes("extends: acme\n")
    assert line.endswith("extends: 'acme' may not be read (did you mean acme.yaml?)")
