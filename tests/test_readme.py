"""README.md and pages of docs show what the program prints; README's example is a scenario."""

import re
from pathlib import Path

import pytest

from neocloud_mc.scenario.load import load
from tests.readme import COLUMNS, README, blocks


@pytest.mark.parametrize("page", COLUMNS, ids=lambda page: page.stem)
def test_blocks_are_what_the_program_prints(page: Path) -> None:
    found = list(blocks(page))
    assert len(found) >= 3
    for command, shown, printed in found:
        assert shown == printed, f"neocloud-mc {command}: run python -m tests.readme"


def test_the_example_scenario_is_valid(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    scenario = tmp_path / "acme.yaml"
    scenario.write_text(example[1], encoding="utf-8")
    assert list(load(scenario).scenario.issuers) == ["acme"]


def test_its_pictures_are_small_files_of_the_docs_with_words() -> None:
    text = README.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", text)
    assert pictures
    for words, path in pictures:
        picture = README.parent / path
        assert picture.parent.name == "docs"
        assert len(words) > 30
        assert 1_000 < picture.stat().st_size < 100_000
        assert "CoreWeave" in picture.read_text(encoding="utf-8")
