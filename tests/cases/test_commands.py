"""Numbers of a command line that are none: exit 2 and one line, whichever option holds them."""

from pathlib import Path

import pytest

from neocloud_mc.cli import main
from tests.commands import worlds

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("number", ["1e", ".", "1__0", "1,5", "-3", "5%"])
@pytest.mark.parametrize(
    "option",
    [
        ["--tail", "acme.loss > {}"],
        ["--fail-if", "acme.expected_loss > {}"],
        ["--target-error", "acme.expected_loss = {}"],
    ],
    ids=lambda option: option[0],
)
def test_a_wrong_number_is_exit_2_and_one_line(
    tmp_path: Path, capsys: Capture, option: list[str], number: str
) -> None:
    words = [option[0], option[1].format(number)]
    assert main(["run", worlds.write(tmp_path), "--paths", "1e8", *words]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.startswith(f"{words[0]} '{words[1]}': ")
    assert found.err.count("\n") == 1
