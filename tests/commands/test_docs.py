"""`docs`: the list of topics, a page, and a topic that does not exist."""

import pytest

from neocloud_mc.cli import main
from neocloud_mc.views import pages

Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *arguments: str) -> str:
    assert main(["docs", *arguments]) == 0
    return capsys.readouterr().out


def test_without_a_topic_every_topic_has_a_line(capsys: Capture) -> None:
    lines = printed(capsys).splitlines()
    assert [line.split()[0] for line in lines] == list(pages.TOPICS)
    assert all(len(line.split()) > 5 and len(line) <= 80 for line in lines)


@pytest.mark.parametrize("topic", pages.TOPICS)
def test_on_a_pipe_a_page_is_its_markdown(capsys: Capture, topic: str) -> None:
    assert printed(capsys, topic) == pages.page(topic)


def test_an_unknown_topic_names_the_nearest(capsys: Capture) -> None:
    assert main(["docs", "modle"]) == 2
    assert capsys.readouterr().err == "docs modle: no such topic (did you mean 'model'?)\n"
    assert main(["docs", "../pages"]) == 2
    expected = "docs ../pages: no such topic; neocloud-mc docs lists them\n"
    assert capsys.readouterr().err == expected
