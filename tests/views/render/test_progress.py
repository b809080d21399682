"""What is told on standard error of a step that takes a while."""

import re
import threading
import time

import pytest

from neocloud_mc.views.render import progress
from neocloud_mc.views.render.progress import time_left, waiting

Capture = pytest.CaptureFixture[str]
DOING, DONE = "working, once", "worked"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.05)
    monkeypatch.setattr(time, "monotonic", lambda: now)  # however busy the machine is


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


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_step_that_says_how_far_it_is_is_told_with_the_time_left(
    is_terminal: bool, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    begun = time.monotonic()
    with waiting(DOING, DONE, is_quiet=False) as tell:
        tell(0.25)
        monkeypatch.setattr(time, "monotonic", lambda: begun + 10.0)
        time.sleep(0.2)
    err = capsys.readouterr().err
    passed = r"\d+ s, about \d+ s left" if is_terminal else "10 s, about 30 s left"
    assert re.search(f"working, once … +{passed}", err)


def test_quiet_is_quiet(capsys: Capture) -> None:
    assert told(capsys, is_quiet=True) == ""


def test_nothing_goes_on_after_a_failure(capsys: Capture) -> None:
    n_threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt), waiting(DOING, DONE, is_quiet=False):
        raise KeyboardInterrupt
    assert threading.active_count() == n_threads
    assert capsys.readouterr().err == "working, once …\n"


def test_a_log_counts_the_work_done_and_tells_the_time_left(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.monotonic()
    with progress.progress("both", 2_000_000, is_quiet=False) as tell:
        monkeypatch.setattr(time, "monotonic", lambda: begun + 60.0)
        tell(500_000)
    line = capsys.readouterr().err
    assert line == "both: 500,000 of 2,000,000 paths (25%, about 3 min left)\n"


def test_a_bar_writes_counts_with_separators(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress.progress("both", 2_000_000, is_quiet=False) as tell:
        tell(500_000)
    assert "500,000 of 2,000,000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "share", "text"),
    [
        (10.0, 0.25, ", about 30 s left"),
        (60.0, 0.1, ", about 9 min left"),
        (5.0, 0.0, ""),
        (5.0, 1.0, ""),
    ],
)
def test_the_time_left_is_in_proportion(seconds: float, share: float, text: str) -> None:
    assert time_left(seconds, share) == text
