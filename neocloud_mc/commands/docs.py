"""The model, the format, the article's claims: pages to read in the terminal."""

from typing import Annotated

import typer

from neocloud_mc.errors import UsageError


def _topics() -> list[str]:
    from neocloud_mc.views import pages

    return list(pages.TOPICS)


def docs(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="TOPIC",
            show_default=False,
            autocompletion=_topics,
            help="The page to print; without it the topics are listed.",
        ),
    ] = None,
) -> None:
    """Print a page of the documentation, or list the topics.

    On a terminal it is laid out and goes through $PAGER, else less; PAGER=cat prints it at once. On
    a pipe it is Markdown.

    Example: neocloud-mc docs model > model.md
    """
    from neocloud_mc.scenario.checks.wording import suggestion
    from neocloud_mc.views import pages
    from neocloud_mc.views.render.terminal import stdout

    if topic is not None and topic not in pages.TOPICS:
        meant = suggestion(topic, pages.TOPICS) or "; neocloud-mc docs lists them"
        raise UsageError(f"docs {topic}: no such topic{meant}")
    text = pages.overview() if topic is None else pages.page(topic)
    if topic is None:
        stdout().out(text, end="")
    else:
        pages.show(stdout(), text)
