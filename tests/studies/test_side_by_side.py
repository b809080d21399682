"""Scenarios set beside each other are told apart."""

from datetime import date
from pathlib import Path

from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.side_by_side import unlike_names
from tests.worlds import world


def loaded(day: date | None, *files: str) -> Loaded:
    scenario = world({"base_date": day} if day else {})
    return Loaded(scenario, {}, [], tuple(map(Path, files)))


def test_scenarios_of_one_name_are_told_apart_by_date_then_file_then_number() -> None:
    first, second = date(2025, 6, 30), date(2026, 6, 30)
    every = [
        loaded(first, "a.yaml"),
        loaded(second, "b.yaml"),
        loaded(second, "a.yaml", "stress.yaml"),
        loaded(second, "a.yaml"),
    ]
    assert unlike_names(every) == ["calm", "calm (2026-06-30)", "calm (stress.yaml)", "calm (2)"]
