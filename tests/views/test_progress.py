"""What is told on standard error of a step that cannot say how far it is."""

import re
import threading
import time

import pytest

from neocloud_mc.views import progress
from neocloud_mc.views.progress import waiting

Capture = pytest.CaptureFixture[str]
DOING, DONE = "working, once", "worked"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_LINES", 0.05)


def told(capsys: Capture, *, is_quiet: bool = False) -> str:
    with waiting(DOING, DONE, is_quiet=is_quiet):
        time.sleep(0.2)
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_a_log_gets_a_line_at_once_one_now_and_then_and_the_length(capsys: Capture) -> None:
    first, *between, last = told(capsys).splitlines()
    assert first == "working, once …" and last == "worked in 0 s"
    assert between and set(between) == {"working, once … 0 s"}


def test_a_terminal_sees_the_seconds_pass_and_then_the_length(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    text = told(capsys)
    assert re.search(r"working, once … +0 s", text)
    assert text.splitlines()[-1].endswith("worked in 0 s")


def test_quiet_is_quiet(capsys: Capture) -> None:
    assert told(capsys, is_quiet=True) == ""


def test_nothing_goes_on_after_a_failure(capsys: Capture) -> None:
    n_threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt), waiting(DOING, DONE, is_quiet=False):
        raise KeyboardInterrupt
    assert threading.active_count() == n_threads
    assert capsys.readouterr().err == "working, once …\n"
