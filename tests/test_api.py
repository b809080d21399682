"""The Python API: four names, imported when they are used."""

import subprocess
import sys

import pytest

import neocloud_mc
from neocloud_mc import estimate, load, open_book, simulate


def test_four_names_lead_from_a_file_to_a_probability() -> None:
    scenario = load("tests/golden/one_bullet/scenario.yaml").scenario
    tally = simulate(scenario, paths=2_000, seed=1)
    value = estimate(open_book(scenario), tally).issuers["acme"].pd[12].value
    assert 0.0 < value < 1.0


def test_importing_the_package_imports_no_stage() -> None:
    code = "import sys, neocloud_mc; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'forecast'"):
        neocloud_mc.forecast  # noqa: B018
