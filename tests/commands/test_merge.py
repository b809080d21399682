"""`run --shard` and `merge`: many processes, one result, the same bits."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neocloud_mc.cli import main
from neocloud_mc.results.shards import part_files

BULLET = "tests/golden/one_bullet/scenario.yaml"
EVERY = "tests/golden/every_mechanism/scenario.yaml"
CHANGED = (EVERY, "--set", "issuers.alpha.cash=2.5e8", "--horizon", "36", "--seed", "3")
PATHS = ("--paths", "10000")
Capture = pytest.CaptureFixture[str]


def shard(folder: Path, place: int, total: int, *arguments: str) -> str:
    """Write a part; returns its file."""
    file = str(folder / f"part{place}.nmc")
    assert main(["run", *arguments, "--shard", f"{place}/{total}", "-o", file, "-q"]) == 0
    return file


def output(capsys: Capture, *arguments: str) -> str:
    capsys.readouterr()
    assert main([*arguments, "-q"]) == 0
    return capsys.readouterr().out


def result(text: str) -> dict[str, Any]:
    """The result without what differs from time to time."""
    found: dict[str, Any] = json.loads(text)
    manifest = {key: found["manifest"][key] for key in ("scenario_resolved", "files", "versions")}
    return {key: value for key, value in found.items() if key != "timing"} | {"manifest": manifest}


def refusal(capsys: Capture, *arguments: str, code: int = 2) -> list[str]:
    capsys.readouterr()
    assert main(list(arguments)) == code
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.splitlines()


def test_merged_shards_are_the_whole_run_to_the_bit(tmp_path: Path, capsys: Capture) -> None:
    files = [shard(tmp_path, place, 3, *CHANGED, *PATHS) for place in (2, 3, 1)]
    assert capsys.readouterr() == ("", "")
    form = ("--format", "json")
    merged = result(output(capsys, "merge", *files, *form))
    assert merged == result(output(capsys, "run", *CHANGED, *PATHS, *form))


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_merge_prints_what_the_whole_run_prints(tmp_path: Path, capsys: Capture, form: str) -> None:
    """The comparison without contagion, too."""
    files = [shard(tmp_path, place, 2, EVERY, *PATHS) for place in (1, 2)]
    merged = output(capsys, "merge", *files, "--format", form)
    assert merged == output(capsys, "run", EVERY, *PATHS, "--format", form)


def test_more_shards_than_chunks_leave_some_empty(tmp_path: Path, capsys: Capture) -> None:
    files = [shard(tmp_path, place, 5, BULLET, *PATHS) for place in (1, 2, 3, 4, 5)]
    assert [len(part_files.load(Path(file)).share) for file in files] == [0, 4096, 0, 4096, 1808]
    form = ("--format", "json")
    merged = result(output(capsys, "merge", *files, *form))
    assert merged == result(output(capsys, "run", BULLET, *PATHS, *form))


def test_the_command_that_is_named_makes_what_is_missing(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [shard(tmp_path, place, 3, *CHANGED, *PATHS) for place in (1, 3)]
    (line,) = refusal(capsys, "merge", *files)
    told, _, command = line.partition(": ")
    assert told == "paths 4,096 to 8,191 are missing"
    assert command.startswith(f"neocloud-mc run {EVERY} --set issuers.alpha.cash=2.5e8")
    assert command.endswith("--paths 10000 --seed 3 --shard 2/3 -o part2.nmc")
    words = shlex.split(command)[1:]
    words[-1] = str(tmp_path / words[-1])
    assert main([*words, "-q"]) == 0
    output(capsys, "merge", *files, words[-1])


def test_parts_of_a_shorter_run_serve_a_longer_one(tmp_path: Path, capsys: Capture) -> None:
    first = shard(tmp_path, 1, 1, BULLET, "--paths", "8192")
    (line,) = refusal(capsys, "merge", first, shard(tmp_path, 4, 4, BULLET, "--paths", "16384"))
    assert "paths 8,192 to 12,287 are missing" in line
    assert line.endswith("--paths 16384 --seed 1 --shard 3/4 -o part3.nmc")


def test_a_checkpoint_is_a_part(tmp_path: Path, capsys: Capture) -> None:
    ran = output(capsys, "run", BULLET, *PATHS, "--checkpoint", str(tmp_path))
    (file,) = tmp_path.glob("*.nmc")
    assert output(capsys, "merge", str(file)) == ran


def checkpoint(folder: Path, *arguments: str) -> str:
    """Run with a checkpoint; returns its file."""
    main(["run", *arguments, "--checkpoint", str(folder), "-q"])
    (file,) = (file for file in folder.glob("*.nmc") if "-apart" not in file.name)
    return str(file)


TARGET = ("--target-error", "alpha.pd.12=1e-9", "--max-paths")


@pytest.mark.parametrize("count", [("--paths", "8192"), ("--paths", "4096", *TARGET, "8192")])
def test_what_a_checkpoint_lacks_is_named_with_the_file_of_its_scenario(
    count: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    begun = checkpoint(tmp_path, *CHANGED, *count)
    last = shard(tmp_path, 4, 4, *CHANGED, "--paths", "16384")
    (line,) = refusal(capsys, "merge", begun, last)
    whole = f"neocloud-mc run {EVERY} --set issuers.alpha.cash=2.5e8 --set horizon_months=36"
    made = f"{whole} --paths 16384 --seed 3 --shard 3/4 -o part3.nmc"
    assert line == f"paths 8,192 to 12,287 are missing: {made}"


def test_an_interrupted_run_is_gone_on_with_from_its_checkpoint(
    tmp_path: Path, capsys: Capture
) -> None:
    begun = checkpoint(tmp_path, BULLET, "--paths", "8192")
    part_files.save(replace(part_files.load(Path(begun)), paths=10_000), Path(begun))
    (line,) = refusal(capsys, "merge", begun)
    told, _, command = line.partition(": ")
    assert told == "paths 8,192 to 9,999 are missing"
    ran = output(capsys, *shlex.split(command)[1:])
    assert output(capsys, "merge", begun) == ran


def test_shards_share_a_folder_of_checkpoints(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ("--checkpoint", str(tmp_path / "kept"))
    files = [shard(tmp_path, place, 2, BULLET, *PATHS, *folder) for place in (1, 2)]
    before = [Path(file).read_bytes() for file in files]
    monkeypatch.setattr("neocloud_mc.engine.checkpoint.over_chunks", None)
    assert [shard(tmp_path, place, 2, BULLET, *PATHS, *folder) for place in (1, 2)] == files
    assert [part_files.load(Path(file)).covered for file in files] == [
        (range(4096),),
        (range(4096, 10000),),
    ]
    assert all(before)
    output(capsys, "merge", *files)


def test_gates_are_decided_by_merge(tmp_path: Path, capsys: Capture) -> None:
    file = shard(tmp_path, 1, 1, BULLET, *PATHS)
    assert main(["merge", file, "-q", "--fail-if", "acme.pd.12 > 0.01"]) == 3
    assert main(["merge", file, "-q", "--fail-if", "acme.pd.12 > 0.99"]) == 0
    (line,) = refusal(capsys, "merge", file, "--fail-if", "acem.pd.12 > 0.1")
    assert "acme" in line


def test_output_goes_to_a_file(tmp_path: Path, capsys: Capture) -> None:
    file, target = shard(tmp_path, 1, 1, BULLET, *PATHS), tmp_path / "result.json"
    assert output(capsys, "merge", file, "--format", "json", "-o", str(target)) == ""
    assert json.loads(target.read_text())["paths"] == 10000
    assert json.loads(target.read_text())["timing"]["seconds"] > 0.0


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ((BULLET, "--seed", "2"), "is of another run: seed 2, not 1"),
        ((BULLET, "--horizon", "6"), "is of another run: months 6, not 12"),
        ((EVERY,), "is of another run: scenario every_mechanism, not one_bullet"),
        ((BULLET, "--set", "issuers.acme.cash=2e6"), "is of another run: other figures"),
    ],
)
def test_parts_of_other_runs_are_refused(
    tmp_path: Path, capsys: Capture, other: tuple[str, ...], message: str
) -> None:
    first, second = (
        shard(tmp_path, 1, 2, BULLET, *PATHS),
        shard(tmp_path, 2, 2, *other, *PATHS),
    )
    (line,) = refusal(capsys, "merge", first, second)
    assert line.startswith(f"{second}: {message}")


def test_overlapping_parts_are_refused_and_repeats_are_harmless(
    tmp_path: Path, capsys: Capture
) -> None:
    whole, half = shard(tmp_path, 1, 1, BULLET, *PATHS), shard(tmp_path, 2, 2, BULLET, *PATHS)
    (line,) = refusal(capsys, "merge", whole, half)
    assert line.startswith(f"{half}: overlaps {whole}: both have paths 4,096 to 9,999")
    assert output(capsys, "merge", whole, whole) == output(capsys, "merge", whole)


@pytest.mark.parametrize("change", [{"version": "0.0.1"}, {"model": "0123"}])
def test_parts_of_other_versions_are_refused(
    tmp_path: Path, capsys: Capture, change: dict[str, Any]
) -> None:
    file = shard(tmp_path, 1, 1, BULLET, *PATHS)
    part = part_files.load(Path(file))
    part_files.save(replace(part, key=replace(part.key, **change)), Path(file))
    (line,) = refusal(capsys, "merge", file)
    assert line.startswith(f"{file}: was made by version ") and "merge with that version" in line


@pytest.mark.parametrize(
    "scenario", [{}, {"name": "x"}, {"name": "one_bullet", "horizon_months": 6}]
)
def test_a_forged_scenario_is_refused(
    tmp_path: Path, capsys: Capture, scenario: dict[str, Any]
) -> None:
    file = shard(tmp_path, 1, 1, BULLET, *PATHS)
    part = part_files.load(Path(file))
    own = part.manifest["scenario_resolved"]
    forged = {"scenario_resolved": own | scenario if "horizon_months" in scenario else scenario}
    part_files.save(replace(part, manifest=forged), Path(file))
    (line,) = refusal(capsys, "merge", file, code=1)
    assert "is damaged: its scenario" in line


def test_other_files_are_refused(tmp_path: Path, capsys: Capture) -> None:
    file = shard(tmp_path, 1, 1, BULLET, *PATHS)
    assert "is not part of a run" in refusal(capsys, "merge", BULLET)[0]
    assert "cannot be read" in refusal(capsys, "merge", str(tmp_path / "none"), code=1)[0]
    Path(file).write_bytes(Path(file).read_bytes()[:-100])
    assert refusal(capsys, "merge", file, code=1)[0].startswith(f"{file}: is damaged or cut short")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shard", "1/2"], "--shard needs --output"),
        (["--shard", "1/2", "-o", "x.nmc", "--format", "json"], "--format does not go with"),
        (["--shard", "1/2", "-o", "x.nmc", "--fail-if", "acme.pd.12 > 1"], "--fail-if does not"),
        ([EVERY, "--shard", "1/2", "-o", "x.nmc"], "--shard takes one scenario"),
    ],
)
def test_options_that_do_not_go_with_a_shard_are_one_line(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    (line,) = refusal(capsys, "run", BULLET, *PATHS, *arguments)
    assert line.startswith(message)


@pytest.mark.parametrize("share", ["0/2", "3/2", "1", "a/b", "-1/2", "1/1000001", "1/2/3"])
def test_a_share_that_there_is_not_is_bad_usage(capsys: Capture, share: str) -> None:
    lines = refusal(capsys, "run", BULLET, *PATHS, "--shard", share, "-o", "x.nmc")
    assert share in lines[-1]


def test_a_missing_folder_stops_a_shard_before_any_work(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "none" / "x.nmc"
    command = ("run", BULLET, "--paths", "1e12", "--shard", "1/2", "-o", str(file))
    (line,) = refusal(capsys, *command, code=1)
    assert line == f"{file}: cannot be written: no folder {file.parent}"


def test_a_format_of_the_environment_does_not_stop_a_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEOCLOUD_MC_FORMAT", "json")
    assert part_files.load(Path(shard(tmp_path, 1, 2, BULLET, *PATHS))).covered == (range(4096),)


def test_a_share_of_thousands_of_digits_is_told_in_short(capsys: Capture) -> None:
    share = f"1/{'9' * 5000}"
    lines = refusal(capsys, "run", BULLET, *PATHS, "--shard", share, "-o", "x.nmc")
    assert lines[-1].endswith("is not a share such as 3/64") and len(lines[-1]) < 120
