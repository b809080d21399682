"""README.md shows what the program prints, and its example is a scenario."""

import re
from pathlib import Path

from neocloud_mc.scenario.load import load
from tests.readme import README, blocks


def test_blocks_are_what_the_program_prints() -> None:
    found = list(blocks(README.read_text(encoding="utf-8")))
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
