"""Whole results against those kept in tests/golden (see `make golden`)."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.golden import cases, result


def differences(found: Any, expected: Any, path: str = "") -> list[str]:
    """Places where two results differ: counts exactly, other numbers beyond a relative 1e-9."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = [f"{path}.{key} is there once only" for key in set(found) ^ set(expected)]
        both = [key for key in expected if key in found]
        return keys + [d for k in both for d in differences(found[k], expected[k], f"{path}.{k}")]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [d for n, (a, b) in pairs for d in differences(a, b, f"{path}[{n}]")]
    if isinstance(expected, float) and isinstance(found, float):
        same = math.isclose(found, expected, rel_tol=1e-9)
    else:
        same = found == expected
    return [] if same else [f"{path}: {found} instead of {expected}"]


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_result_is_the_kept_one(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text())
    assert differences(result(case), expected) == []
