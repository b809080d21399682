"""A scenario's files as a rule: make reads back the names that were written, and runs none."""

import os
import string
import subprocess
from pathlib import Path

import pytest

from neocloud_mc.errors import UsageError
from neocloud_mc.views import make_rule

MAKEFILE = """
quoted = '$(subst ','\\'',$(1))'

%.json: base.yaml
	@touch $(call quoted,$@)
	@echo made

-include rule.d
"""
ESCAPED = " #$:"
HOSTILE = (
    "a$(shell touch PWNED).yaml",
    "a$(info x).yaml",
    "a${shell touch PWNED}.yaml",
    "a`touch PWNED`.yaml",
    "a;touch PWNED;.yaml",
    "a: ; touch PWNED #.yaml",
    "a\n\ttouch PWNED\n.yaml",
    "a\r.yaml",
    "a=$(shell touch PWNED).yaml",
    "a.yaml | b.yaml",
    "%.yaml",
    "a\\",
    "",
    " ",
)


class Desk:
    """A folder with a Makefile, a base file and a rule."""

    def __init__(self, folder: Path, target: str, file: str) -> None:
        self.folder, self.target, self.file = folder, target, folder / file
        self.result = folder / target
        self.file.write_text("")
        (folder / "base.yaml").write_text("")
        (folder / "Makefile").write_text(MAKEFILE)
        text = make_rule.render(target, [Path("base.yaml"), Path(file)])
        (folder / "rule.d").write_text(text)

    def makes(self) -> bool:
        """Whether the target is made again."""
        command = ["make", "--no-print-directory", self.target]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return "made" in done.stdout.splitlines()

    def age(self, seconds: int) -> None:
        """Make the file so much younger than the result."""
        made = self.result.stat().st_mtime
        os.utime(self.file, (made + seconds, made + seconds))


@pytest.mark.parametrize("character", string.punctuation + " \té中\u00a0\u2028")
def test_every_character_is_read_back_or_refused(character: str, tmp_path: Path) -> None:
    name = f"a{character}b"
    try:
        make_rule.render("t.json", [Path(f"{name}.yaml")])
    except UsageError as refusal:
        assert character not in ESCAPED and "--rule: a" in str(refusal)
        with pytest.raises(UsageError):
            make_rule.render(f"{name}.json", [Path("b.yaml")])
        return
    if character == "/":
        (tmp_path / "a").mkdir()
    for target in (f"{name}.json", "t.json"):
        desk = Desk(tmp_path, target, f"{name}.yaml")
        assert desk.makes()
        desk.age(-100)
        assert not desk.makes()
        desk.age(+1)
        assert desk.makes()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_run(name: str, tmp_path: Path) -> None:
    for target, file in ((name.replace(".yaml", ".json"), "b.yaml"), ("t.json", name)):
        try:
            desk = Desk(tmp_path, target, file)
        except (UsageError, IsADirectoryError):
            continue
        assert [desk.makes(), desk.makes()] == [True, False]
    assert not (tmp_path / "PWNED").exists()


def test_a_file_that_is_extended_no_more_may_be_gone(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "t.json", "old.yaml")
    assert desk.makes()
    desk.file.unlink()
    assert desk.makes()


def test_the_rule_is_what_make_documents() -> None:
    files = [Path("a b.yaml"), Path("c#d.yaml")]
    assert make_rule.render("results/a b.json", files) == (
        "results/a\\ b.json: a\\ b.yaml c\\#d.yaml\nc\\#d.yaml:\n"
    )
