"""Processors: as many as the machine gives the process, or its container if that gives fewer."""

import os
from pathlib import Path

import pytest

from neocloud_mc.engine.processors import processors

MACHINE = 16


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(MACHINE)), raising=False)


def group(root: Path, membership: str) -> Path:
    write(root / "proc/self/cgroup", membership)
    return root


def limit(root: Path, folder: str, quota: str) -> None:
    """Of version 2: microseconds of processor time in each tenth of a second."""
    write(root / "sys/fs/cgroup" / folder / "cpu.max", f"{quota} 100000")


def old_limit(root: Path, folder: str, quota: int) -> None:
    write(root / "sys/fs/cgroup" / folder / "cpu.cfs_quota_us", f"{quota}")
    write(root / "sys/fs/cgroup" / folder / "cpu.cfs_period_us", "100000")


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n")


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert processors(tmp_path) == MACHINE


def test_a_container_of_version_2_counts(tmp_path: Path) -> None:
    limit(group(tmp_path, "0::/"), "", "300000")
    assert processors(tmp_path) == 3


def test_no_limit_is_none(tmp_path: Path) -> None:
    limit(group(tmp_path, "0::/"), "", "max")
    assert processors(tmp_path) == MACHINE


def test_the_tightest_of_nested_groups_counts(tmp_path: Path) -> None:
    group(tmp_path, "0::/batch/job/step")
    limit(tmp_path, "batch", "400000")
    limit(tmp_path, "batch/job", "200000")
    limit(tmp_path, "batch/job/step", "800000")
    assert processors(tmp_path) == 2


def test_a_group_of_version_1_counts(tmp_path: Path) -> None:
    group(tmp_path, "5:memory:/pod\n4:cpu,cpuacct:/pod\n1:name=systemd:/pod")
    old_limit(tmp_path, "cpu,cpuacct/pod", 500000)
    assert processors(tmp_path) == 5


def test_no_limit_of_version_1_is_minus_one(tmp_path: Path) -> None:
    group(tmp_path, "1:cpu:/")
    old_limit(tmp_path, "cpu", -1)
    assert processors(tmp_path) == MACHINE


def test_a_container_finds_its_group_at_the_root_of_the_mount(tmp_path: Path) -> None:
    group(tmp_path, "4:cpu,cpuacct:/docker/0123456789ab")
    old_limit(tmp_path, "cpu,cpuacct", 200000)
    assert processors(tmp_path) == 2


def test_a_part_of_one_processor_is_one(tmp_path: Path) -> None:
    limit(group(tmp_path, "0::/"), "", "50000")
    assert processors(tmp_path) == 1


def test_a_container_larger_than_the_machine_adds_none(tmp_path: Path) -> None:
    limit(group(tmp_path, "0::/"), "", "6400000")
    assert processors(tmp_path) == MACHINE


def test_a_group_that_cannot_be_read_is_no_limit(tmp_path: Path) -> None:
    limit(group(tmp_path, "0::/gone\nnonsense:cpu:/also/gone"), "", "?")
    assert processors(tmp_path) == MACHINE
