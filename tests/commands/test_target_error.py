"""`run --target-error`: paths are added until a measure is as precise as was asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from neocloud_mc.studies.target_error import Precision, PrecisionTarget, next_paths
from tests.commands.result_schema import as_documented

BULLET = "tests/golden/one_bullet/scenario.yaml"
PD = "acme.pd.12"
Capture = pytest.CaptureFixture[str]


def document(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    assert main(["run", BULLET, "--format", "json", "-q", *arguments]) == code
    return as_documented(json.loads(capsys.readouterr().out))


def half_width(found: dict[str, float]) -> float:
    return max(found["high"] - found["value"], found["value"] - found["low"])


def simulated(result: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in result.items() if k not in ("timing", "manifest", "target_error")}


def test_it_ends_once_the_interval_is_narrow_enough(capsys: Capture) -> None:
    result = document(capsys, "--paths", "1000", "--target-error", f"{PD}=0.005")
    found = half_width(result["issuers"]["acme"]["pd"]["12"])
    assert 0.0045 < found <= 0.005
    assert result["paths"] % 4096 == 0
    (target,) = result["target_error"]["targets"]
    assert target == {"expr": f"{PD}=0.005", "error": 0.005, "reach": found, "met": True}


def test_it_has_the_bits_of_one_run_with_so_many_paths(capsys: Capture) -> None:
    grown = document(capsys, "--paths", "1000", "--target-error", f"{PD}=0.006", "--seed", "3")
    words = grown["target_error"]["command"].split()
    assert words[:3] == ["neocloud-mc", "run", BULLET]
    assert words[words.index("--paths") + 1] == str(grown["paths"])
    assert main([*words[1:], "--format", "json", "-q"]) == 0
    at_once = json.loads(capsys.readouterr().out)
    assert "target_error" not in at_once
    assert simulated(grown) == simulated(at_once)


def test_the_hardest_of_several_targets_decides(capsys: Capture) -> None:
    targets = ["--target-error", f"{PD}=0.1", "--target-error", "acme.loan.lgd=0.0003"]
    result = document(capsys, "--paths", "500", *targets)
    assert [one["met"] for one in result["target_error"]["targets"]] == [True, True]
    assert half_width(result["issuers"]["acme"]["lgd"]) <= 0.0003
    alone = document(capsys, "--paths", "500", *targets[:2])
    assert alone["paths"] == 500 < result["paths"]


def test_paths_are_the_fewest_even_where_fewer_would_do(capsys: Capture) -> None:
    result = document(capsys, "--paths", "3000", "--target-error", f"{PD}=0.4")
    assert result["paths"] == 3000


def test_a_target_out_of_reach_prints_results_and_ends_with_4(capsys: Capture) -> None:
    arguments = ["run", BULLET, "--paths", "1000", "--max-paths", "6000", "--format", "json"]
    assert main([*arguments, "--target-error", f"{PD}=0.0005"]) == 4
    told = capsys.readouterr()
    assert json.loads(told.out)["paths"] == 6000
    (line,) = told.err.splitlines()
    assert line.startswith(f"not reached with --max-paths 6000: {PD}=0.0005 is at 0.012")
    assert "3,800,000 paths would do" in line or "3,900,000 paths would do" in line


def test_a_breached_gate_outranks_a_missed_target(capsys: Capture) -> None:
    arguments = ["--paths", "1000", "--max-paths", "1000", "--target-error", f"{PD}=0.0005"]
    document(capsys, *arguments, "--fail-if", f"{PD} > 0.1", code=3)
    document(capsys, *arguments, "--fail-if", f"{PD} > 0.99", code=4)


def test_the_heading_says_how_many_and_how_to_make_it_again(capsys: Capture) -> None:
    assert main(["run", BULLET, "-q", "--paths", "1000", "--target-error", f"{PD}=0.01"]) == 0
    text = capsys.readouterr().out
    lines = text.splitlines()
    n = int(lines[1].split(" paths")[0].split()[-1].replace(",", ""))
    assert f"Paths were added to {n:,} for {PD}=0.01 (met); the same bits come from:" in lines
    assert f"neocloud-mc run {BULLET} --paths {n} --seed 1" in lines
    assert "Intervals are as for a number of paths that was fixed before." in lines


def test_a_checkpoint_is_gone_on_with(tmp_path: Path, capsys: Capture) -> None:
    kept = ["--checkpoint", str(tmp_path), "--paths", "9000"]
    plain = document(capsys, "--paths", "9000", "--target-error", f"{PD}=0.005")
    document(capsys, *kept)
    grown = document(capsys, *kept, "--target-error", f"{PD}=0.005")
    assert simulated(grown) == simulated(plain)
    again = document(capsys, *kept, "--target-error", f"{PD}=0.005")
    assert simulated(again) == simulated(plain)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--target-error", "acem.pd.12=0.1"], "acme.pd.12"),
        (["--target-error", f"{PD}=0"], "above it"),
        (["--target-error", f"{PD}=-1"], "never below 0"),
        (["--target-error", f"{PD}=nan"], "'nan' is not a number"),
        (["--target-error", f"{PD}"], "write it like"),
        (["--target-error", f"{PD}=0.1", "--max-paths", "10"], "--max-paths 10: is below --paths"),
        (["--target-error", f"{PD}=0.1", "--shard", "1/2", "-o", "x.nmc"], "--shard"),
    ],
)
def test_a_wrong_target_stops_before_anything_is_simulated(
    capsys: Capture, arguments: list[str], told: str
) -> None:
    assert main(["run", BULLET, "--paths", "1e8", *arguments]) == 2
    found = capsys.readouterr()
    assert found.out == "" and told in found.err and found.err.count("\n") == 1


def precision(half_width: float | None, error: float) -> Precision:
    return Precision(PrecisionTarget("x", "x", error), half_width)


def test_paths_grow_with_the_square_of_the_precision_that_lacks() -> None:
    assert next_paths([precision(0.02, 0.01)], 100_000, 1, 10**9) == 408_000
    assert next_paths([precision(0.02, 0.01), precision(0.1, 0.2)], 100_000, 1, 10**9) == 408_000


def test_a_step_is_whole_chunks_and_at_least_one_and_bounded() -> None:
    assert next_paths([precision(0.0101, 0.01)], 8192, 4096, 10**9) == 12_288
    assert next_paths([precision(1.0, 0.01)], 8192, 4096, 10**9) == 8 * 8192
    assert next_paths([precision(None, 0.01)], 8192, 4096, 10**9) == 8 * 8192
    assert next_paths([precision(1.0, 0.01)], 8192, 4096, 10_000) == 10_000


def test_a_measure_without_an_interval_is_not_met() -> None:
    assert not precision(None, 1e9).is_met
